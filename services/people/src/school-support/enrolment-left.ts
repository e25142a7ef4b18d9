import type { Day } from "@psqm/clock/clock";
import { type Handler, on } from "@psqm/events/consumer";
import type { Transaction } from "@psqm/events/transact";
import { z } from "zod";

const withdrawn = z.object({ enrolmentId: z.string(), withdrawnOn: z.iso.date() });
const deferred = z.object({ enrolmentId: z.string(), deferredOn: z.iso.date() });

/**
 * The hub supports the school no longer: it reads no addresses and meets nobody new. One that was never confirmed is
 * not known here; one that is deferred is supported again once it is confirmed in the later round.
 */
export const enrolmentLeft: readonly Handler[] = [
  on("programme", "enrolment.withdrawn", withdrawn, (tx, left) => end(tx, left.enrolmentId, left.withdrawnOn)),
  on("programme", "enrolment.deferred", deferred, (tx, left) => end(tx, left.enrolmentId, left.deferredOn)),
];

async function end({ em }: Transaction, enrolmentId: string, on: Day): Promise<void> {
  await em.execute("update school_support set ended_on = greatest(?::date, confirmed_on) where enrolment_id = ?", [
    on,
    enrolmentId,
  ]);
}
