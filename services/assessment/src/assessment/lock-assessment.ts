import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { requireSeen } from "@psqm/subgraph/policy";
import { seesAssessment } from "./assessment.policy.ts";
import { EnrolmentWithdrawn } from "./assessment.rules.ts";
import { Assessment } from "./assessment.ts";

// A row read earlier in the request may have changed while the lock was waited for: read it anew.
const HELD = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;

/**
 * The assessment of an enrolment, held for this transaction. Every verb of the year takes this lock first, so that no
 * two act on one school's assessment at once.
 * @throws NotFound when there is none that the viewer may see
 * @throws EnrolmentWithdrawn when the school has left the round
 */
export async function lockAssessment({ em, viewer }: Transaction, enrolmentId: string): Promise<Assessment> {
  const found = await em.findOne(Assessment, { enrolmentId }, HELD);
  return stillRunning(requireSeen(seesAssessment, viewer, found, "assessment of enrolment", enrolmentId));
}

/** As {@link lockAssessment}, from a submission that the viewer was found to see: its reviewer may not see more. */
export async function lockAssessmentOf(
  { em }: Transaction,
  { assessmentId }: { assessmentId: string },
): Promise<Assessment> {
  return stillRunning(await em.findOneOrFail(Assessment, { id: assessmentId }, HELD));
}

function stillRunning(assessment: Assessment): Assessment {
  if (assessment.withdrawnOn) throw new EnrolmentWithdrawn(assessment.withdrawnOn);
  return assessment;
}
