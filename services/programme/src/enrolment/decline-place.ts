import { type Caller, transact } from "@psqm/events/transact";
import { requireAllowed } from "@psqm/subgraph/policy";
import { mayDecide } from "./enrolment.policy.ts";
import { EnrolmentState, readReason } from "./enrolment.rules.ts";
import type { Enrolment } from "./enrolment.ts";
import { lockEnrolment } from "./lock-enrolment.ts";
import { moveEnrolment } from "./move-enrolment.ts";

/**
 * The school does not take the place that it was offered and waits for another; the hub has it back.
 * @throws BadInput for a reason that is empty or too long
 * @throws NotFound for an enrolment that the viewer may not see
 * @throws Forbidden for anyone but the head teacher and the programme team
 * @throws IllegalTransition when no offer is open
 */
export async function declinePlace(caller: Caller, input: { enrolmentId: string; reason: string }): Promise<Enrolment> {
  const { enrolmentId } = input;
  const reason = readReason(input.reason);
  return transact(caller, "declinePlace", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    requireAllowed(mayDecide, caller.viewer, enrolment, "declinePlace");
    moveEnrolment(tx, enrolment, EnrolmentState.Registered, reason);
    enrolment.hubId = null;
    enrolment.preferredHubId = null;
    return enrolment;
  });
}
