import { type Caller, transact } from "@psqm/events/transact";
import { BadInput, Unauthenticated } from "@psqm/refusal/refusal";
import { readReason } from "../enrolment/enrolment.rules.ts";
import type { Enrolment } from "../enrolment/enrolment.ts";
import { lockEnrolment } from "../enrolment/lock-enrolment.ts";
import { MentoringExcess } from "./mentoring-excess.ts";

const MOST_MINUTES = 20 * 60;

/**
 * The programme team lets a school have more than its 4 hours of mentoring; again for another number.
 * @param input.minutes more than the 240: 1 to 1,200
 * @throws BadInput for a number or reason that cannot be
 * @throws NotFound for an enrolment that is not there
 */
export async function approveMentoring(
  caller: Caller,
  input: { enrolmentId: string; minutes: number; reason: string },
): Promise<Enrolment> {
  const { enrolmentId, minutes } = input;
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  if (minutes < 1 || minutes > MOST_MINUTES) {
    throw new BadInput(`1 to ${MOST_MINUTES} more minutes are approved; these are ${minutes}.`);
  }
  const reason = readReason(input.reason);
  return transact(caller, "approveMentoring", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    await tx.em.upsert(MentoringExcess, { enrolmentId, minutes, reason, approvedById: personId, approvedAt: tx.now });
    return enrolment;
  });
}
