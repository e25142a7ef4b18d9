import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { Field, ID, InputType } from "type-graphql";
import { AssessmentState, assessmentTransitions } from "../assessment/assessment.rules.ts";
import type { Assessment } from "../assessment/assessment.ts";
import { lockAssessmentOf } from "../assessment/lock-assessment.ts";
import { Mark } from "../framework/framework.rules.ts";
import { frameworkOf } from "../framework/frameworks.rules.ts";
import { commentText } from "../review/review.rules.ts";
import { Review } from "../review/review.ts";
import { programmeTeam } from "../role.policy.ts";
import { seesSubmission } from "../submission/submission.policy.ts";
import { Submission, SubmittedReflection } from "../submission/submission.ts";
import { awardMade, awardNotYet } from "./award.events.ts";
import { assertCriteriaMet, ReviewMissing, validUntil } from "./award.rules.ts";
import { Award } from "./award.ts";
import { Decision } from "./decision.ts";

@InputType({ description: "What the programme team decides on a submission." })
export class DecideAwardInput {
  @Field(() => ID, { description: "The submission." })
  submissionId!: string;

  @Field(() => Mark, { nullable: true, description: "The mark to award; none for not yet." })
  mark!: Mark | null;

  @Field(() => String, { description: "What the school is told, at most 5,000 characters." })
  feedback!: string;
}

/**
 * HQ decides: the mark aimed at, another one, or not yet. An award is dated on the London day of the decision.
 * @throws ReviewMissing before any review is completed
 * @throws CriteriaNotMet when nothing was submitted on some criterion of the mark
 */
export function decideAward(caller: Caller, input: DecideAwardInput): Promise<Submission> {
  const { submissionId } = input;
  return transact(caller, "decideAward", submissionId, async (tx) => {
    const found = await tx.em.findOne(Submission, { id: submissionId });
    const submission = requireSeen(seesSubmission, tx.viewer, found, "submission", submissionId);
    requireAllowed(programmeTeam, tx.viewer, submission, "Deciding on an award");
    const assessment = await lockAssessmentOf(tx, submission);
    if (assessment.state === AssessmentState.Submitted) throw new ReviewMissing();
    assertTransition("assessment", assessmentTransitions, assessment.state, AssessmentState.Decided);
    if (!(await tx.em.findOne(Review, { submissionId, completedAt: { $ne: null } }))) throw new ReviewMissing();
    assessment.state = AssessmentState.Decided;
    decide(tx, input);
    if (input.mark) await award(tx, assessment, submission, input.mark);
    else {
      const { enrolmentId, schoolId } = assessment;
      tx.emit(awardNotYet, enrolmentId, { submissionId, enrolmentId, schoolId, decidedOn: tx.today });
    }
    return submission;
  });
}

function decide({ em, viewer, now }: Transaction, { submissionId, mark, feedback }: DecideAwardInput): void {
  if (!viewer.personId) throw new Unauthenticated();
  em.create(Decision, {
    submissionId,
    mark,
    feedback: commentText("Feedback", feedback),
    decidedAt: now,
    decidedById: viewer.personId,
  });
}

async function award(tx: Transaction, assessment: Assessment, { id: submissionId, framework }: Submission, mark: Mark) {
  const submitted = await tx.em.find(SubmittedReflection, { submissionId });
  assertCriteriaMet(
    frameworkOf(framework),
    mark,
    submitted.map(({ criterion }) => criterion),
  );
  const { enrolmentId, schoolId, schoolName, urn, localAuthority } = assessment;
  const period = { awardedOn: tx.today, validUntil: validUntil(tx.today) };
  const made = tx.em.create(Award, {
    id: newId("awd"),
    enrolmentId,
    submissionId,
    schoolId,
    mark,
    ...period,
    schoolName,
    urn,
    localAuthority,
  });
  tx.emit(awardMade, enrolmentId, { awardId: made.id, enrolmentId, schoolId, mark, ...period });
}
