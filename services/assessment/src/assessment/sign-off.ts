import { type Caller, transact } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed } from "@psqm/subgraph/policy";
import { frameworkOf } from "../framework/frameworks.rules.ts";
import { Reflection } from "../reflection/reflection.ts";
import { leaderOfHub } from "./assessment.policy.ts";
import { AssessmentState, assertComplete, assessmentTransitions } from "./assessment.rules.ts";
import type { Assessment } from "./assessment.ts";
import { lockAssessment } from "./lock-assessment.ts";

/**
 * The hub leader signs off that the school is ready to submit; reflections close. Sign-off precedes submission
 * (DOMAIN C11, ours).
 * @throws Incomplete naming the criteria of the target mark that lack a reflection
 */
export function signOff(caller: Caller, enrolmentId: string): Promise<Assessment> {
  return transact(caller, "signOff", enrolmentId, async (tx) => {
    const assessment = await lockAssessment(tx, enrolmentId);
    requireAllowed(leaderOfHub, tx.viewer, assessment, "Signing off");
    assertTransition("assessment", assessmentTransitions, assessment.state, AssessmentState.SignedOff);
    const written = await tx.em.find(Reflection, { assessmentId: assessment.id });
    assertComplete(
      frameworkOf(assessment.framework),
      targetOf(assessment),
      written.map(({ criterion }) => criterion),
    );
    assessment.state = AssessmentState.SignedOff;
    assessment.signedOffAt = tx.now;
    assessment.signedOffById = tx.viewer.personId;
    return assessment;
  });
}

/** The agreed mark; the table's check guarantees one from the first proposal on. */
function targetOf({ id, targetMark }: Assessment) {
  if (!targetMark) throw new Error(`Assessment ${id} has a target state without a target mark.`);
  return targetMark;
}
