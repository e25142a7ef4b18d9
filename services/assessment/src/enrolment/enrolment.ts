import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

@Policed(partOfParent)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A school's way through one round of the programme." })
export class Enrolment {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}

/** A reference that the gateway fills in from programme. */
export function enrolmentReference(id: string): Enrolment {
  return Object.assign(new Enrolment(), { id });
}
