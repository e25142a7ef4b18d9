import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { type Handler, on } from "@psqm/events/consumer";
import type { Transaction } from "@psqm/events/transact";
import { z } from "zod";
import { Assessment } from "./assessment.ts";

const withdrawn = z.object({ enrolmentId: z.string(), withdrawnOn: z.iso.date() });
const deferred = z.object({ enrolmentId: z.string(), deferredOn: z.iso.date() });
const moved = z.object({ enrolmentId: z.string(), hubId: z.string() });

/**
 * A school that leaves its round ends its assessment where it stands; who is deferred begins another one in the later
 * round. One that leaves before it was confirmed has none.
 */
export const closeAssessment: readonly Handler[] = [
  on("programme", "enrolment.withdrawn", withdrawn, (tx, left) => close(tx, left.enrolmentId, left.withdrawnOn)),
  on("programme", "enrolment.deferred", deferred, (tx, left) => close(tx, left.enrolmentId, left.deferredOn)),
];

/** From now on the leaders and mentors of the other hub see it, and its leader agrees and signs off. */
export const moveAssessment = on("programme", "enrolment.moved", moved, async (tx, { enrolmentId, hubId }) => {
  const assessment = await held(tx, enrolmentId);
  if (assessment) assessment.hubId = hubId;
});

async function close(tx: Transaction, enrolmentId: string, on: Day): Promise<void> {
  const assessment = await held(tx, enrolmentId);
  if (assessment) assessment.withdrawnOn = on;
}

function held({ em }: Transaction, enrolmentId: string): Promise<Assessment | null> {
  return em.findOne(Assessment, { enrolmentId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
