import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { mayOverseeContactSql } from "./contact.policy.ts";
import { Contact } from "./contact.ts";

interface Row {
  id: string;
  lastFromSchoolAt: Date | string | null;
  lastFromHubAt: Date | string | null;
  schoolWaitsSince: Date | string | null;
  medianAnswerMinutes: number | null;
}

/**
 * How school and hub keep in touch, of each enrolment; one SQL for all, null for those that the viewer does not look
 * after. The hub's side is whoever leads or mentors in it now, the school's are the others; deleted messages count, for
 * they were written. A wait begins with the school's first message after the hub's last, and the hub's next ends it.
 */
export function contactLoader({
  em,
  viewer,
  clock,
}: {
  em: SqlEntityManager;
  viewer: Viewer;
  clock: Clock;
}): DataLoader<string, Contact | null> {
  return new DataLoader(async (enrolmentIds) => {
    const visible = mayOverseeContactSql(viewer);
    const rows = await em.execute<Row[]>(
      `with said as (
         select conversation.enrolment_id as id, message.sequence, message.sent_at,
           exists (select from member where member.hub_id = conversation.hub_id and person_id = message.sender_id) as by_hub
         from conversation left join message on message.conversation_id = conversation.id and message.sent_at > ?
         where enrolment_id = any(array(select jsonb_array_elements_text(?::jsonb))) and ${visible.sql}
       ), turns as (
         select *, lag(by_hub) over (partition by id order by sequence) as before_by_hub,
           min(sent_at) filter (where by_hub) over (
             partition by id order by sequence rows between 1 following and unbounded following) as answered_at
         from said
       ), waits as (
         select id, sent_at, answered_at from turns
         where sequence is not null and not by_hub and coalesce(before_by_hub, true)
       )
       select said.id, max(sent_at) filter (where not by_hub) as "lastFromSchoolAt",
         max(sent_at) filter (where by_hub) as "lastFromHubAt",
         (select min(waits.sent_at) from waits where waits.id = said.id and answered_at is null) as "schoolWaitsSince",
         (select round(percentile_cont(0.5) within group (
            order by extract(epoch from answered_at - waits.sent_at) / 60))::int
          from waits where waits.id = said.id and answered_at is not null) as "medianAnswerMinutes"
       from said group by said.id`,
      [new Date(clock().getTime() - YEAR_MS), JSON.stringify(enrolmentIds), ...visible.values],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return enrolmentIds.map((id) => {
      const row = byId.get(id);
      if (!row) return null;
      const contact = new Contact();
      contact.lastFromSchoolAt = instant(row.lastFromSchoolAt);
      contact.lastFromHubAt = instant(row.lastFromHubAt);
      contact.schoolWaitsSince = instant(row.schoolWaitsSince);
      contact.medianAnswerMinutes = row.medianAnswerMinutes;
      return contact;
    });
  });
}

const YEAR_MS = 365 * 86_400_000;

const instant = (value: Date | string | null) => (value === null ? null : new Date(value));
