import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import { countPlacesTaken } from "../hub/count-places-taken.ts";
import { Hub } from "../hub/hub.ts";
import { assertPlaceLeft, EnrolmentState, enrolmentTransitions } from "./enrolment.rules.ts";
import type { Enrolment } from "./enrolment.ts";
import { lockEnrolment } from "./lock-enrolment.ts";
import { moveEnrolment } from "./move-enrolment.ts";

/**
 * Offers a registered school a place in a hub. The hub's lock makes two offers follow one another, so that the last
 * place is given once.
 * @throws NotFound for an enrolment or hub that is not there
 * @throws IllegalTransition when the school is not waiting for a place
 * @throws HubFull
 */
export function offerPlace(caller: Caller, input: { enrolmentId: string; hubId: string }): Promise<Enrolment> {
  const { enrolmentId, hubId } = input;
  return transact(caller, "offerPlace", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    assertTransition("enrolment", enrolmentTransitions, enrolment.state, EnrolmentState.Offered);
    const hub = await tx.em.findOne(Hub, hubId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!hub) throw new NotFound("hub", hubId);
    assertPlaceLeft(hub, (await countPlacesTaken(tx.em, [hubId])).get(hubId) ?? 0);
    enrolment.hubId = hubId;
    moveEnrolment(tx, enrolment, EnrolmentState.Offered);
    return enrolment;
  });
}
