import { type Caller, transact } from "@psqm/events/transact";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Round } from "../round/round.ts";
import { lockSession } from "./lock-session.ts";
import { roundUnits } from "./round-units.ts";
import { mayPlan } from "./session.policy.ts";
import { assertMoment, readPlace, SessionCancelled, SessionOver, UnknownUnit } from "./session.rules.ts";
import type { Session } from "./session.ts";

/**
 * Gives a session another moment or place; bookings stay, and calendar feeds follow.
 * @throws NotFound for a session that the viewer may not see
 * @throws Forbidden for anyone but the hub's leaders and the programme team
 * @throws SessionCancelled, SessionOver, SessionInThePast, SessionOutsideWindow
 */
export function moveSession(
  caller: Caller,
  input: { sessionId: string; startsAt: Date; place?: string | null },
): Promise<Session> {
  return transact(caller, "moveSession", input.sessionId, async (tx) => {
    const session = await lockSession(tx, input.sessionId);
    requireAllowed(mayPlan, caller.viewer, session, "moveSession");
    if (session.cancelledAt) throw new SessionCancelled();
    if (session.startsAt <= tx.now) throw new SessionOver("moved");
    const units = roundUnits(await tx.em.findOneOrFail(Round, session.roundId));
    const unit = units[session.unit - 1];
    if (!unit) throw new UnknownUnit(session.unit, units);
    assertMoment(unit, session.makeUp, input.startsAt, tx.now);
    session.startsAt = input.startsAt;
    if (input.place) session.place = readPlace(input.place);
    return session;
  });
}
