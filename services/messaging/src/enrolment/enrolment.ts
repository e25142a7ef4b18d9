import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** Programme's Enrolment: its key; enrolment.resolver.ts adds the conversation. */
@Policed(partOfParent)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A school's way through one round of the programme." })
export class Enrolment {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}
