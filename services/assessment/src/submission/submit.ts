import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed } from "@psqm/subgraph/policy";
import { subjectLeaderOfSchool } from "../assessment/assessment.policy.ts";
import { AssessmentState, assessmentTransitions } from "../assessment/assessment.rules.ts";
import type { Assessment } from "../assessment/assessment.ts";
import { lockAssessment } from "../assessment/lock-assessment.ts";
import { Reflection } from "../reflection/reflection.ts";
import { submissionSubmitted } from "./submission.events.ts";
import { Submission, SubmittedReflection } from "./submission.ts";

/** The school hands in what its hub leader has signed off: a copy that nobody can change any more. */
export function submit(caller: Caller, enrolmentId: string): Promise<Submission> {
  return transact(caller, "submit", enrolmentId, async (tx) => {
    const assessment = await lockAssessment(tx, enrolmentId);
    requireAllowed(subjectLeaderOfSchool, tx.viewer, assessment, "Submitting");
    assertTransition("assessment", assessmentTransitions, assessment.state, AssessmentState.Submitted);
    assessment.state = AssessmentState.Submitted;
    const submission = await snapshot(tx, assessment);
    tx.emit(submissionSubmitted, enrolmentId, {
      submissionId: submission.id,
      enrolmentId,
      schoolId: submission.schoolId,
      hubId: submission.hubId,
      hubLeaderId: submission.signedOffById,
      mark: submission.mark,
      submittedAt: submission.submittedAt.toISOString(),
      payRates: assessment.payRates,
    });
    return submission;
  });
}

async function snapshot({ em, viewer, now }: Transaction, assessment: Assessment): Promise<Submission> {
  const { id: assessmentId, enrolmentId, schoolId, hubId, framework, targetMark, signedOffById } = assessment;
  if (!targetMark || !signedOffById || !viewer.personId) {
    throw new Error(`Assessment ${assessmentId} is signed off without a mark or a hub leader, or nobody submits it.`);
  }
  const submission = em.create(Submission, {
    id: newId("sub"),
    assessmentId,
    enrolmentId,
    schoolId,
    hubId,
    framework,
    mark: targetMark,
    submittedAt: now,
    submittedById: viewer.personId,
    signedOffById,
    reviewerIds: [],
  });
  for (const { criterion, text, version } of await em.find(Reflection, { assessmentId })) {
    em.create(SubmittedReflection, { submissionId: submission.id, criterion, text, version });
  }
  return submission;
}
