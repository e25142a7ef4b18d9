import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { statesWithMilestones } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { MENTORING_MINUTES } from "./entitlement.rules.ts";
import type { HubMentoring } from "./mentoring-excess.ts";

/** What the schools of a hub in a round were given, by mentor, against what they may have. Two SQL. */
export async function hubMentoring(em: SqlEntityManager, hubId: string, roundId: string): Promise<HubMentoring> {
  const given = await em.execute<{ mentor_id: string; schools: number; minutes: number }[]>(
    `select entry.mentor_id, count(distinct entry.enrolment_id)::integer as schools, sum(entry.minutes)::integer as minutes
     from enrolment join mentoring_entry entry on entry.enrolment_id = enrolment.id
     where enrolment.hub_id = ? and enrolment.round_id = ? group by entry.mentor_id order by minutes desc, mentor_id`,
    [hubId, roundId],
  );
  const [limit] = await em.execute<{ minutes: number }[]>(
    `select (count(*) * ?::integer + coalesce(sum(excess.minutes), 0))::integer as minutes
     from enrolment left join mentoring_excess excess on excess.enrolment_id = enrolment.id
     where enrolment.hub_id = ? and enrolment.round_id = ?
       and enrolment.state = any(array(select jsonb_array_elements_text(?::jsonb)))`,
    [MENTORING_MINUTES, hubId, roundId, JSON.stringify(statesWithMilestones)],
  );
  return {
    minutes: given.reduce((sum, { minutes }) => sum + minutes, 0),
    minutesLimit: limit?.minutes ?? 0,
    byMentor: given.map(({ mentor_id, schools, minutes }) => ({ mentor: { id: mentor_id }, schools, minutes })),
  };
}
