import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** Programme's Enrolment: its key; enrolment.resolver.ts adds the conversation. */
@Policed(partOfParent)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A school's place in a round of the programme." })
export class Enrolment {
  @Field(() => ID, { description: "Its id." })
  id!: string;
}
