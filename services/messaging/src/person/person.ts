import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** People's Person: the key, nothing of ours. */
@Policed(partOfParent)
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ simpleResolvers: true, description: "A person known to the programme." })
export class Person {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}
