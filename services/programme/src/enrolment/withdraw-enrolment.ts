import { type Caller, transact } from "@psqm/events/transact";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Round } from "../round/round.ts";
import { giveUpPlaces } from "../session/give-up-places.ts";
import { enrolmentWithdrawn } from "./enrolment.events.ts";
import { mayDecide } from "./enrolment.policy.ts";
import { EnrolmentState, readReason } from "./enrolment.rules.ts";
import type { Enrolment } from "./enrolment.ts";
import { lockEnrolment } from "./lock-enrolment.ts";
import { moveEnrolment } from "./move-enrolment.ts";

/**
 * The school leaves the round; its place becomes free, and so do those of its people in sessions to come; its history
 * stays. What it still owes is finance's to say.
 * @throws BadInput for a reason that is empty or too long
 * @throws NotFound for an enrolment that the viewer may not see
 * @throws Forbidden for anyone but the head teacher and the programme team
 * @throws IllegalTransition when its outcome has been told, or it has left before
 */
export async function withdrawEnrolment(
  caller: Caller,
  input: { enrolmentId: string; reason: string },
): Promise<Enrolment> {
  const { enrolmentId } = input;
  const reason = readReason(input.reason);
  return transact(caller, "withdrawEnrolment", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    requireAllowed(mayDecide, caller.viewer, enrolment, "withdrawEnrolment");
    moveEnrolment(tx, enrolment, EnrolmentState.Withdrawn, reason);
    await giveUpPlaces(tx, enrolmentId);
    const { startsOn } = await tx.em.findOneOrFail(Round, enrolment.roundId);
    tx.emit(enrolmentWithdrawn, enrolmentId, {
      enrolmentId,
      schoolId: enrolment.schoolId,
      hubId: enrolment.hubId ?? null,
      withdrawnOn: tx.today,
      roundStartsOn: startsOn,
    });
    return enrolment;
  });
}
