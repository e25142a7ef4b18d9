import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Hub } from "../hub/hub.ts";
import { Round } from "../round/round.ts";
import { roundUnits } from "./round-units.ts";
import { mayPlan } from "./session.policy.ts";
import { assertMoment, readCapacity, readPlace, UnknownUnit } from "./session.rules.ts";
import { Session } from "./session.ts";

export interface PlannedSession {
  hubId: string;
  roundId: string;
  unit: number;
  startsAt: Date;
  place: string;
  capacity?: number | null;
  makeUp?: boolean | null;
}

/**
 * Plans a session of a unit of the round's training for a hub; it takes as long as the delivery model says.
 * @throws BadInput for a place or capacity that cannot be
 * @throws NotFound for a hub or round that is not there
 * @throws Forbidden for anyone but the hub's leaders and the programme team
 * @throws UnknownUnit, SessionInThePast, SessionOutsideWindow
 */
export async function planSession(caller: Caller, input: PlannedSession): Promise<Session> {
  const { hubId, roundId, startsAt } = input;
  const [place, capacity] = [readPlace(input.place), readCapacity(input.capacity ?? null)];
  const id = newId("ses");
  return transact(caller, "planSession", id, async (tx) => {
    requireAllowed(mayPlan, caller.viewer, { hubId }, "planSession");
    if (!(await tx.em.findOne(Hub, hubId))) throw new NotFound("hub", hubId);
    const round = await tx.em.findOne(Round, roundId);
    if (!round) throw new NotFound("round", roundId);
    const units = roundUnits(round);
    const unit = units[input.unit - 1];
    if (!unit) throw new UnknownUnit(input.unit, units);
    const makeUp = input.makeUp ?? false;
    assertMoment(unit, makeUp, startsAt, tx.now);
    const { number, minutes } = unit;
    return tx.em.create(Session, {
      id,
      hubId,
      roundId,
      unit: number,
      makeUp,
      startsAt,
      minutes,
      place,
      capacity,
      cancelledAt: null,
    });
  });
}
