import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, Int, ObjectType } from "type-graphql";

/** How school and hub keep in touch, for who looks after many schools. Nothing of what is said. */
@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "How a school and its hub keep in touch in their conversation, without a word of what is said.",
})
export class Contact {
  @Field(() => GraphQLISODateTime, { nullable: true, description: "When the school last wrote (UTC)." })
  lastFromSchoolAt!: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When the hub last wrote (UTC)." })
  lastFromHubAt!: Date | null;

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: "Since when the school waits for an answer of its hub (UTC); null when it does not.",
  })
  schoolWaitsSince!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "After how many minutes its hub has answered the school: the median of the last year. Null before the first answer.",
  })
  medianAnswerMinutes!: number | null;
}
