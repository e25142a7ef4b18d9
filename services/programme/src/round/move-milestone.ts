import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { calendar, type MovedMilestone } from "../calendar/calendar.rules.ts";
import { readReason } from "../enrolment/enrolment.rules.ts";
import { moved } from "./move-milestone.rules.ts";
import { roundMoved } from "./round.events.ts";
import { Round } from "./round.ts";

/**
 * Gives a row of a round's calendar other days, for all of its schools; lists, lateness and calendar feeds follow, and so do
 * the round's own dates. {@link ifMoved} says beforehand who is affected.
 * @throws BadInput for a reason that is empty or too long, or days in the wrong order
 * @throws NotFound for a round that is not there
 * @throws NoSuchMilestone, OutOfOrder
 */
export async function moveMilestone(caller: Caller, input: MovedMilestone & { roundId: string }): Promise<Round> {
  const { roundId, ...row } = input;
  const reason = readReason(input.reason);
  return transact(caller, "moveMilestone", roundId, async (tx) => {
    const round = await tx.em.findOne(Round, roundId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!round) throw new NotFound("round", roundId);
    const rules = calendar(round.pattern, round.year, round.pinned.calendar);
    const next = moved(rules, round.moved, { ...row, reason });
    round.moved = next.moved;
    Object.assign(round, next.dates);
    tx.emit(roundMoved, roundId, { roundId, ...next.dates });
    return round;
  });
}
