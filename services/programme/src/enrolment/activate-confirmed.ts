import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { enrolmentActivated } from "./enrolment.events.ts";
import { EnrolmentState } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { moveEnrolment } from "./move-enrolment.ts";

/** Begins the year of every enrolment of the school that was waiting for its subject leader. */
export async function activateConfirmed(tx: Transaction, schoolId: string, subjectLeaderId: string): Promise<void> {
  const waiting = await tx.em.find(
    Enrolment,
    { schoolId, state: EnrolmentState.Confirmed },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true, orderBy: { id: "asc" } },
  );
  for (const enrolment of waiting) activate(tx, enrolment, subjectLeaderId);
}

/** @throws IllegalTransition unless the enrolment is confirmed */
export function activate(tx: Transaction, enrolment: Enrolment, subjectLeaderId: string): void {
  const { id, schoolId, hubId } = enrolment;
  if (!hubId) throw new Error(`Enrolment ${id} was confirmed without a hub.`);
  moveEnrolment(tx, enrolment, EnrolmentState.Active, "The subject leader has joined.");
  tx.emit(enrolmentActivated, id, { enrolmentId: id, schoolId, hubId, subjectLeaderId });
}
