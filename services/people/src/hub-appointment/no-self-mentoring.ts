import type { Transaction } from "@psqm/events/transact";
import { MentorsThemselves } from "./hub-appointment.rules.ts";

/*
 * Both look at what the other writes, so both want the person's row locked by `tx`.
 */

/** @throws MentorsThemselves when the hub supports a school in whose team the person takes part */
export async function assertMentorsOthers(tx: Transaction, personId: string, hubId: string): Promise<void> {
  const [own] = await tx.em.execute<{ school_id: string }[]>(
    `select m.school_id from school_membership m join school_support s on s.school_id = m.school_id
     where m.person_id = ? and m.role in ('SUBJECT_LEADER', 'SECOND_PARTICIPANT') and m.ended_on is null
       and s.hub_id = ? and s.ended_on is null limit 1`,
    [personId, hubId],
  );
  if (own) throw new MentorsThemselves(own.school_id);
}

/** @throws MentorsThemselves when the person leads or mentors a hub that supports the school */
export async function assertMentoredByOthers(tx: Transaction, personId: string, schoolId: string): Promise<void> {
  const [own] = await tx.em.execute(
    `select 1 from hub_appointment a join school_support s on s.hub_id = a.hub_id
     where a.person_id = ? and a.ended_on is null and s.school_id = ? and s.ended_on is null limit 1`,
    [personId, schoolId],
  );
  if (own) throw new MentorsThemselves(schoolId);
}
