import type { Day } from "@psqm/clock/clock";
import type { Transaction } from "@psqm/events/transact";
import type { CalendarAudience, MilestoneKey } from "../calendar/calendar.rules.ts";

/** Keeps that a milestone was done on a London day; a fact that is known already stays as it was. */
export async function recordFact(
  { em }: Transaction,
  enrolmentId: string,
  key: MilestoneKey,
  audiences: readonly CalendarAudience[],
  doneOn: Day,
): Promise<void> {
  for (const audience of audiences) {
    await em.execute(
      "insert into milestone_fact (enrolment_id, audience, key, done_on) values (?, ?, ?, ?) on conflict do nothing",
      [enrolmentId, audience, key, doneOn],
    );
  }
}
