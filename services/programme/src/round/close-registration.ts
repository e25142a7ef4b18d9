import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import { RoundState, roundTransitions } from "./round.rules.ts";
import { Round } from "./round.ts";

/**
 * Ends registration for a round; those who are in it go on.
 * @throws NotFound
 * @throws IllegalTransition when it was closed before
 */
export function closeRegistration(caller: Caller, roundId: string): Promise<Round> {
  return transact(caller, "closeRegistration", roundId, async (tx) => {
    const round = await tx.em.findOne(Round, roundId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!round) throw new NotFound("round", roundId);
    assertTransition("round", roundTransitions, round.state, RoundState.Closed);
    round.state = RoundState.Closed;
    return round;
  });
}
