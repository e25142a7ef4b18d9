import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { addDays, type Day, londonInstant } from "@psqm/clock/clock";
import { NotFound } from "@psqm/refusal/refusal";
import { calendar, type MovedMilestone } from "../calendar/calendar.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import {
  MilestoneState,
  type StandingMilestone,
  standingMilestones,
  statesWithMilestones,
} from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { MilestoneFact } from "../enrolment-milestone/milestone-fact.ts";
import { extensionsOf } from "../extension/extension.loader.ts";
import { roundCalendar, roundUnits } from "../session/round-units.ts";
import { Session } from "../session/session.ts";
import { moved } from "./move-milestone.rules.ts";
import { Round } from "./round.ts";

/** What a move would change for one school. */
export interface AffectedEnrolment {
  enrolmentId: string;
  before: StandingMilestone;
  after: StandingMilestone;
}

/** Who is affected if a row gets other days. */
export interface IfMoved {
  affected: AffectedEnrolment[];
  /** Who would be late with it and is not, and the other way round. */
  newlyLate: number;
  noLongerLate: number;
  /** Sessions to come that would no longer be within their unit's days. */
  sessionsOutside: Session[];
}

/**
 * What {@link moveMilestone} would change, without changing anything. Six SQL, however many schools the round has.
 * @param today a London day
 * @throws BadInput, NotFound, NoSuchMilestone, OutOfOrder as the move itself would
 */
export async function ifMoved(
  em: SqlEntityManager,
  { roundId, ...row }: MovedMilestone & { roundId: string },
  { now, today }: { now: Date; today: Day },
): Promise<IfMoved> {
  const round = await em.findOne(Round, roundId);
  if (!round) throw new NotFound("round", roundId);
  const rules = calendar(round.pattern, round.year, round.pinned.calendar);
  const shape = { pattern: round.pattern, year: round.year, pinned: round.pinned };
  const then = { ...shape, moved: moved(rules, round.moved, row).moved };
  const enrolments = await em.find(
    Enrolment,
    { roundId, state: { $in: [...statesWithMilestones] } },
    { orderBy: { id: "asc" } },
  );
  const ids = enrolments.map(({ id }) => id);
  const facts = Map.groupBy(await em.find(MilestoneFact, { enrolmentId: { $in: ids } }), (fact) => fact.enrolmentId);
  const extensions = await extensionsOf(em, ids);
  const isRow = (one: { audience: string; key: string }) => one.audience === row.audience && one.key === row.key;
  const [rowsNow, rowsThen] = [roundCalendar(round).filter(isRow), roundCalendar(then).filter(isRow)];
  const affected = enrolments.flatMap((enrolment) => {
    const standing = (rows: typeof rowsNow) =>
      standingMilestones(enrolment, rows, facts.get(enrolment.id) ?? [], today, extensions.get(enrolment.id))[0];
    const [before, after] = [standing(rowsNow), standing(rowsThen)];
    if (!before || !after || before.doneOn !== null) return [];
    const same = before.from === after.from && before.until === after.until && before.state === after.state;
    return same ? [] : [{ enrolmentId: enrolment.id, before, after }];
  });
  const late = (one: StandingMilestone) => one.state === MilestoneState.Late;
  return {
    affected,
    newlyLate: affected.filter(({ before, after }) => !late(before) && late(after)).length,
    noLongerLate: affected.filter(({ before, after }) => late(before) && !late(after)).length,
    sessionsOutside: await sessionsOutside(em, roundId, then, now),
  };
}

async function sessionsOutside(
  em: SqlEntityManager,
  roundId: string,
  then: Parameters<typeof roundUnits>[0],
  now: Date,
): Promise<Session[]> {
  const toCome = await em.find(
    Session,
    { roundId, cancelledAt: null, startsAt: { $gt: now } },
    { orderBy: { startsAt: "asc", id: "asc" } },
  );
  const units = roundUnits(then);
  return toCome.filter(({ unit, makeUp, startsAt }) => {
    const window = units[unit - 1];
    if (!window) return false;
    const begins = londonInstant(window.from);
    const ends = londonInstant(addDays(window.until, 1));
    return startsAt < begins || (!makeUp && startsAt >= ends);
  });
}
