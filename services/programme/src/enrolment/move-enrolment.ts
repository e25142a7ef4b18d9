import type { Transaction } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { type EnrolmentState, enrolmentTransitions } from "./enrolment.rules.ts";
import type { Enrolment } from "./enrolment.ts";
import { EnrolmentMove } from "./enrolment-move.ts";

/**
 * The only way an enrolment changes its state; every step goes into its history. The enrolment's row must be locked.
 * @throws IllegalTransition
 */
export function moveEnrolment(
  tx: Transaction,
  enrolment: Enrolment,
  to: EnrolmentState,
  reason: string | null = null,
): void {
  assertTransition("enrolment", enrolmentTransitions, enrolment.state, to);
  recordMove(tx, enrolment.id, enrolment.state, to, reason);
  enrolment.state = to;
}

/** @param from null for the step with which the enrolment begins */
export function recordMove(
  tx: Transaction,
  enrolmentId: string,
  from: EnrolmentState | null,
  to: EnrolmentState,
  reason: string | null = null,
): void {
  tx.em.create(EnrolmentMove, {
    enrolmentId,
    from,
    to,
    at: tx.now,
    byId: tx.viewer.personId,
    reason,
  });
}
