import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

@Policed(partOfParent)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A school of the national register." })
export class School {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}

/** A reference that the gateway fills in from people. */
export function schoolReference(id: string): School {
  return Object.assign(new School(), { id });
}
