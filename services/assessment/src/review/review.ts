import { defineEntity, p } from "@mikro-orm/core";
import { Policed } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";
import { seesReview } from "./review.policy.ts";

export const ReviewSchema = defineEntity({
  name: "Review",
  tableName: "review",
  properties: {
    id: p.string().primary(),
    submissionId: p.string(),
    reviewerId: p.string(),
    schoolId: p.string(),
    hubId: p.string(),
    assignedAt: p.datetime(3),
    recommendation: p.enum(() => Mark).nullable(),
    comment: p.string().nullable(),
    completedAt: p.datetime(3).nullable(),
    /** Comes with the row, because who may see the row depends on it. */
    decided: p
      .boolean()
      .formula((columns) => `exists (select from decision d where d.submission_id = ${columns["submissionId"]})`),
  },
});

/** A hub leader's look at a submission of another hub: assigned, then completed once. */
@Policed(seesReview)
@ObjectType({ simpleResolvers: true, description: "The review of a submission by a hub leader of another hub." })
export class Review extends ReviewSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => Mark, {
    nullable: true,
    description: "The mark it recommends; null until it is completed, or when it recommends none.",
  })
  declare recommendation: Mark | null | undefined;

  @Field(() => String, { nullable: true, description: "What the reviewer says; null until it is completed." })
  declare comment: string | null | undefined;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was completed; null before." })
  declare completedAt: Date | null | undefined;
}
ReviewSchema.setClass(Review);
