import { type Caller, transact } from "@psqm/events/transact";
import { requireAllowed } from "@psqm/subgraph/policy";
import { lockSession } from "./lock-session.ts";
import { mayPlan } from "./session.policy.ts";
import { SessionCancelled, SessionOver } from "./session.rules.ts";
import type { Session } from "./session.ts";

/**
 * Cancels a session that is still to come; whoever had booked it may book another one of the unit.
 * @throws NotFound for a session that the viewer may not see
 * @throws Forbidden for anyone but the hub's leaders and the programme team
 * @throws SessionCancelled, SessionOver
 */
export function cancelSession(caller: Caller, sessionId: string): Promise<Session> {
  return transact(caller, "cancelSession", sessionId, async (tx) => {
    const session = await lockSession(tx, sessionId);
    requireAllowed(mayPlan, caller.viewer, session, "cancelSession");
    if (session.cancelledAt) throw new SessionCancelled();
    if (session.startsAt <= tx.now) throw new SessionOver("cancelled");
    session.cancelledAt = tx.now;
    return session;
  });
}
