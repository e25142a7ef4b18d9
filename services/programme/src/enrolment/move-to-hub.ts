import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { countPlacesTaken } from "../hub/count-places-taken.ts";
import { Hub } from "../hub/hub.ts";
import { giveUpPlaces } from "../session/give-up-places.ts";
import { enrolmentMoved } from "./enrolment.events.ts";
import { assertMovable, assertPlaceLeft, EnrolmentState, readReason, SameHub } from "./enrolment.rules.ts";
import type { Enrolment } from "./enrolment.ts";
import { lockEnrolment } from "./lock-enrolment.ts";
import { recordMove } from "./move-enrolment.ts";

/**
 * The school goes on in another hub: its state and dates stay, its people give their places in the former hub's sessions
 * back, and its messages and assessment go along. Nothing follows for money: the fee is the round's, whichever the hub.
 * @throws BadInput for a reason that is empty or too long
 * @throws NotFound for an enrolment or hub that is not there
 * @throws CannotMove, SameHub, HubFull
 */
export async function moveToHub(
  caller: Caller,
  input: { enrolmentId: string; hubId: string; reason: string },
): Promise<Enrolment> {
  const { enrolmentId, hubId } = input;
  const reason = readReason(input.reason);
  return transact(caller, "moveToHub", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    const { state, schoolId, hubId: fromHubId } = enrolment;
    assertMovable(state);
    if (!fromHubId) throw new Error(`Enrolment ${enrolmentId} is ${state} without a hub.`);
    const hub = await tx.em.findOne(Hub, hubId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!hub) throw new NotFound("hub", hubId);
    if (hubId === fromHubId) throw new SameHub(hub);
    assertPlaceLeft(hub, (await countPlacesTaken(tx.em, [hubId])).get(hubId) ?? 0);
    const from = await tx.em.findOneOrFail(Hub, fromHubId);
    enrolment.hubId = hubId;
    recordMove(tx, enrolmentId, state, state, `From ${from.name} to ${hub.name}: ${reason}`.slice(0, 500));
    await giveUpPlaces(tx, enrolmentId);
    // Nobody was told of a place that is only offered.
    if (state !== EnrolmentState.Offered) {
      tx.emit(enrolmentMoved, enrolmentId, { enrolmentId, schoolId, fromHubId, hubId, movedOn: tx.today });
    }
    return enrolment;
  });
}
