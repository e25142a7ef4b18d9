import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** People's Person: the key; person.resolver.ts adds the earnings. */
@Policed(partOfParent)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A person known to the programme." })
export class Person {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}
