import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { addYears, type Day } from "@psqm/clock/clock";
import { Role } from "@psqm/identity/viewer";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import {
  firstDayNotLate,
  MilestoneState,
  standingMilestones,
} from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { countPlacesTaken } from "../hub/count-places-taken.ts";
import { Hub } from "../hub/hub.ts";
import { HubAppointment } from "../membership/hub-appointment.ts";
import { Round } from "../round/round.ts";
import { roundCalendar } from "../session/round-units.ts";
import type { HubStanding, RoundBoard } from "./board.ts";
import { risksOf } from "./programme-board.rules.ts";

/** Rounds whose year is to come, going on, or so lately over that something of it may be left to do. */
function currentRounds(em: SqlEntityManager, today: Day): Promise<Round[]> {
  return em.find(Round, { startsOn: { $gt: addYears(today, -2) } }, { orderBy: { number: "desc" } });
}

/** Every current round with where its schools stand. Three SQL, however many there are. */
export async function roundBoards(em: SqlEntityManager, today: Day): Promise<RoundBoard[]> {
  const rounds = await currentRounds(em, today);
  const counted = await em.execute<{ round_id: string; state: EnrolmentState; count: number }[]>(
    `select round_id, state, count(*)::integer as count from enrolment
     where round_id = any(array(select jsonb_array_elements_text(?::jsonb))) group by round_id, state`,
    [JSON.stringify(rounds.map(({ id }) => id))],
  );
  const late = await lateSchools(em, rounds, "round_id", today);
  const order = Object.values(EnrolmentState);
  return rounds.map((round) => ({
    round,
    counts: counted
      .filter(({ round_id }) => round_id === round.id)
      .map(({ state, count }) => ({ state, count }))
      .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state)),
    lateSchools: late.get(round.id) ?? 0,
  }));
}

/** Every hub with how full it is and what to look at. Five SQL, however many there are. */
export async function hubStandings(em: SqlEntityManager, today: Day): Promise<HubStanding[]> {
  const hubs = await em.find(Hub, {});
  const taken = await countPlacesTaken(
    em,
    hubs.map(({ id }) => id),
  );
  const leaders = await em.find(HubAppointment, { role: Role.HubLeader, endedOn: null });
  const led = new Set(leaders.map(({ hubId }) => hubId));
  const late = await lateSchools(em, await currentRounds(em, today), "hub_id", today);
  return hubs.map((hub) => {
    const [placesTaken, lateCount] = [taken.get(hub.id) ?? 0, late.get(hub.id) ?? 0];
    const hasLeader = led.has(hub.id);
    const risks = risksOf({ capacity: hub.capacity, placesTaken, lateSchools: lateCount, hasLeader });
    return { hub, placesTaken, lateSchools: lateCount, risks };
  });
}

/** In these a school can be late; once its outcome is told it is not, see {@link standingMilestones}. */
const lateStates = [EnrolmentState.Confirmed, EnrolmentState.Active, EnrolmentState.Submitted, EnrolmentState.InReview];

/**
 * How many schools are late with something of their own, by round or by hub. What is overdue in a round follows from the
 * rules, who has done it from the table: so the rules stand once, and one SQL counts however many enrolments there are.
 */
async function lateSchools(
  em: SqlEntityManager,
  rounds: readonly Round[],
  by: "round_id" | "hub_id",
  today: Day,
): Promise<Map<string, number>> {
  const overdue = rounds.flatMap((round) =>
    standingMilestones({ id: "", state: EnrolmentState.Active }, roundCalendar(round), [], today)
      .filter(({ audience, state }) => audience === CalendarAudience.School && state === MilestoneState.Late)
      .map(({ key }) => ({ round_id: round.id, key })),
  );
  if (overdue.length === 0) return new Map();
  const rows = await em.execute<{ id: string; count: number }[]>(
    `select e.${by} as id, count(*)::integer as count from enrolment e
     where e.state = any(array(select jsonb_array_elements_text(?::jsonb))) and exists (
       select from jsonb_to_recordset(?::jsonb) as overdue(round_id text, key text)
       where overdue.round_id = e.round_id and not exists (
         select from milestone_fact fact
         where fact.enrolment_id = e.id and fact.audience = 'SCHOOL' and fact.key = overdue.key
       ) and not exists (
         select from extension
         where extension.enrolment_id = e.id and extension.audience = 'SCHOOL' and extension.key = overdue.key
           and extension.until >= ?
       )
     ) group by e.${by}`,
    [JSON.stringify(lateStates), JSON.stringify(overdue), firstDayNotLate(today)],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}
