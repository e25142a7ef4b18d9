import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

@Policed(partOfParent)
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ simpleResolvers: true, description: "A person known to the programme." })
export class Person {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}

/** A reference that the gateway fills in from people. */
export function personReference(id: string): Person {
  return Object.assign(new Person(), { id });
}
