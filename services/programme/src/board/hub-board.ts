import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Day } from "@psqm/clock/clock";
import type { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { standingMilestones } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { MilestoneFact } from "../enrolment-milestone/milestone-fact.ts";
import { MentoringEntry } from "../entitlement/mentoring-entry.ts";
import { extensionsOf } from "../extension/extension.loader.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { roundCalendar, roundUnits } from "../session/round-units.ts";
import { trainingOf } from "../session/session.rules.ts";
import { attendedOf } from "../session/training.loader.ts";
import { type BoardRow, dueOf, statesOnBoard } from "./board.rules.ts";

export interface BoardFilter {
  roundId?: string | null;
  states?: readonly EnrolmentState[] | null;
  lateOnly?: boolean | null;
}

/**
 * The schools of a hub with all that their leader works by: eight SQL, however many there are. A hub has 500 places at
 * most, so what is asked for fits in memory, and every order of it is had from there.
 * @param today a London day
 */
export async function hubBoard(
  em: SqlEntityManager,
  hubId: string,
  { roundId, states, lateOnly }: BoardFilter,
  today: Day,
): Promise<BoardRow[]> {
  const enrolments = await em.find(Enrolment, {
    hubId,
    state: { $in: [...(states ?? statesOnBoard)] },
    ...(roundId && { roundId }),
  });
  const ids = enrolments.map(({ id }) => id);
  const schools = await em.find(SchoolRecord, {
    id: { $in: [...new Set(enrolments.map(({ schoolId }) => schoolId))] },
  });
  const rounds = await em.find(Round, { id: { $in: [...new Set(enrolments.map((enrolment) => enrolment.roundId))] } });
  const facts = Map.groupBy(await em.find(MilestoneFact, { enrolmentId: { $in: ids } }), (fact) => fact.enrolmentId);
  const mentored = Map.groupBy(
    await em.find(MentoringEntry, { enrolmentId: { $in: ids } }),
    (entry) => entry.enrolmentId,
  );
  const extensions = await extensionsOf(em, ids);
  const attended = await attendedOf(em, ids);
  const nameOf = new Map(schools.map(({ id, name }) => [id, name]));
  const calendars = new Map(
    rounds.map((round) => [round.id, { milestones: roundCalendar(round), units: roundUnits(round) }]),
  );
  const rows = enrolments.map((enrolment) => {
    const { milestones = [], units = [] } = calendars.get(enrolment.roundId) ?? {};
    const entries = mentored.get(enrolment.id) ?? [];
    const training = trainingOf(units, attended.get(enrolment.id) ?? []);
    return {
      enrolmentId: enrolment.id,
      schoolName: nameOf.get(enrolment.schoolId) ?? "",
      state: enrolment.state,
      ...dueOf(
        standingMilestones(enrolment, milestones, facts.get(enrolment.id) ?? [], today, extensions.get(enrolment.id)),
      ),
      minutesUsed: entries.reduce((sum, { minutes }) => sum + minutes, 0),
      lastMentoredOn:
        entries
          .map(({ on }) => on)
          .sort()
          .at(-1) ?? null,
      unitsAttended: training.units.filter(({ attendedOn }) => attendedOn !== null).length,
      units: units.length,
    };
  });
  return lateOnly ? rows.filter(({ late }) => late.length > 0) : rows;
}
