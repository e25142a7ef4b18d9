import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { addYears, type Day } from "@psqm/clock/clock";
import { schoolIds, supportedHubIds, type Viewer } from "@psqm/identity/viewer";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { extensionsOf } from "../extension/extension.loader.ts";
import { Round } from "../round/round.ts";
import { roundCalendar } from "../session/round-units.ts";
import { type StandingMilestone, standingMilestones, statesWithMilestones } from "./enrolment-milestone.rules.ts";
import { MilestoneFact } from "./milestone-fact.ts";

/** Whose list it is: what a viewer says of a person. */
export type Belonging = Pick<Viewer, "schools" | "hubsLed" | "hubsMentored">;

/**
 * A person's own list: the school's rows where they belong to the school, the hub leader's where they lead or mentor the
 * hub. Four SQL, however many schools a hub has.
 * @param today a London day; rounds that began more than two years before it are left out, their last row is over
 */
export async function ownMilestones(
  em: SqlEntityManager,
  { schools, hubsLed, hubsMentored }: Belonging,
  today: Day,
): Promise<StandingMilestone[]> {
  const viewer = { schools, hubsLed, hubsMentored } as Viewer;
  const [ownSchools, ownHubs] = [schoolIds(viewer), supportedHubIds(viewer)];
  if (ownSchools.length + ownHubs.length === 0) return [];
  const rounds = new Map(
    (await em.find(Round, { startsOn: { $gt: addYears(today, -2) } })).map((round) => [round.id, round]),
  );
  const enrolments = await em.find(Enrolment, {
    state: { $in: [...statesWithMilestones] },
    roundId: { $in: [...rounds.keys()] },
    $or: [{ schoolId: { $in: ownSchools } }, { hubId: { $in: ownHubs } }],
  });
  const facts = Map.groupBy(
    await em.find(MilestoneFact, { enrolmentId: { $in: enrolments.map(({ id }) => id) } }),
    ({ enrolmentId }) => enrolmentId,
  );
  const extensions = await extensionsOf(
    em,
    enrolments.map(({ id }) => id),
  );
  return enrolments.flatMap((enrolment) => {
    const round = rounds.get(enrolment.roundId);
    if (!round) return [];
    const own = new Set([
      ...(ownSchools.includes(enrolment.schoolId) ? [CalendarAudience.School] : []),
      ...(enrolment.hubId && ownHubs.includes(enrolment.hubId) ? [CalendarAudience.HubLeader] : []),
    ]);
    const rows = roundCalendar(round);
    return standingMilestones(
      enrolment,
      rows.filter(({ audience }) => own.has(audience)),
      facts.get(enrolment.id) ?? [],
      today,
      extensions.get(enrolment.id),
    );
  });
}
