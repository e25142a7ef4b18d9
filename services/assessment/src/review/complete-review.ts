import { type Caller, transact } from "@psqm/events/transact";
import { Forbidden } from "@psqm/refusal/refusal";
import { requireSeen } from "@psqm/subgraph/policy";
import { Field, ID, InputType } from "type-graphql";
import { AssessmentState } from "../assessment/assessment.rules.ts";
import { lockAssessmentOf } from "../assessment/lock-assessment.ts";
import { Mark } from "../framework/framework.rules.ts";
import { seesSubmission } from "../submission/submission.policy.ts";
import { Submission } from "../submission/submission.ts";
import { assertIndependent } from "./assert-independent.ts";
import { reviewCompleted } from "./review.events.ts";
import { commentText, ReviewAlreadyCompleted, ReviewClosed } from "./review.rules.ts";
import { Review } from "./review.ts";

@InputType({ description: "What a reviewer finds." })
export class CompleteReviewInput {
  @Field(() => ID, { description: "The submission reviewed." })
  submissionId!: string;

  @Field(() => Mark, { nullable: true, description: "The mark that the reviewer recommends; none for not yet." })
  recommendation!: Mark | null;

  @Field(() => String, { description: "What the reviewer says about it, at most 5,000 characters." })
  comment!: string;
}

/**
 * The assigned reviewer gives their view, once. They must still be independent of the school, who were so when assigned.
 * @throws ReviewAlreadyCompleted, ReviewClosed after the decision, ReviewerConflict
 */
export function completeReview(caller: Caller, input: CompleteReviewInput): Promise<Review> {
  const { submissionId } = input;
  return transact(caller, "completeReview", submissionId, async (tx) => {
    const found = await tx.em.findOne(Submission, { id: submissionId });
    const submission = requireSeen(seesSubmission, tx.viewer, found, "submission", submissionId);
    const assessment = await lockAssessmentOf(tx, submission);
    const { personId } = tx.viewer;
    const review = personId
      ? await tx.em.findOne(Review, { submissionId, reviewerId: personId }, { refresh: true })
      : null;
    if (!review) throw new Forbidden("Completing this review", "the reviewer it was assigned to");
    if (review.completedAt) throw new ReviewAlreadyCompleted(review.completedAt);
    if (assessment.state !== AssessmentState.InReview) throw new ReviewClosed();
    await assertIndependent(tx, review.reviewerId, assessment);
    review.recommendation = input.recommendation;
    review.comment = commentText("A review's comment", input.comment);
    review.completedAt = tx.now;
    tx.emit(reviewCompleted, assessment.enrolmentId, {
      reviewId: review.id,
      submissionId,
      enrolmentId: assessment.enrolmentId,
      reviewerId: review.reviewerId,
      hubId: assessment.hubId,
      payRates: assessment.payRates,
      completedAt: tx.now.toISOString(),
    });
    return review;
  });
}
