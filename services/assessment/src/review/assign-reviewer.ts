import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { Field, ID, InputType } from "type-graphql";
import { AssessmentState, assessmentTransitions } from "../assessment/assessment.rules.ts";
import { lockAssessmentOf } from "../assessment/lock-assessment.ts";
import { programmeTeam } from "../role.policy.ts";
import { reviewStarted } from "../submission/submission.events.ts";
import { seesSubmission } from "../submission/submission.policy.ts";
import { Submission } from "../submission/submission.ts";
import { assertIndependent } from "./assert-independent.ts";
import { ReviewerAlreadyAssigned } from "./review.rules.ts";
import { Review } from "./review.ts";

@InputType({ description: "Who is to review a submission." })
export class AssignReviewerInput {
  @Field(() => ID, { description: "The submission." })
  submissionId!: string;

  @Field(() => ID, { description: "The person who is to review it: a leader of another hub." })
  reviewerId!: string;
}

/**
 * HQ asks a leader of another hub to review a submission; the first one starts its review.
 * @throws ReviewerConflict when that person is not independent of the school
 * @throws ReviewerAlreadyAssigned
 */
export function assignReviewer(caller: Caller, { submissionId, reviewerId }: AssignReviewerInput): Promise<Review> {
  return transact(caller, "assignReviewer", submissionId, async (tx) => {
    const found = await tx.em.findOne(Submission, { id: submissionId });
    const submission = requireSeen(seesSubmission, tx.viewer, found, "submission", submissionId);
    requireAllowed(programmeTeam, tx.viewer, submission, "Assigning a reviewer");
    const assessment = await lockAssessmentOf(tx, submission);
    const { enrolmentId, schoolId, hubId } = assessment;
    if (assessment.state !== AssessmentState.InReview) {
      assertTransition("assessment", assessmentTransitions, assessment.state, AssessmentState.InReview);
      assessment.state = AssessmentState.InReview;
      tx.emit(reviewStarted, enrolmentId, { submissionId, enrolmentId });
    }
    await assertIndependent(tx, reviewerId, assessment);
    if (await tx.em.findOne(Review, { submissionId, reviewerId })) throw new ReviewerAlreadyAssigned(reviewerId);
    return tx.em.create(Review, {
      id: newId("rev"),
      submissionId,
      reviewerId,
      schoolId,
      hubId,
      assignedAt: tx.now,
      decided: false,
    });
  });
}
