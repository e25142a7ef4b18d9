import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { shownReading } from "./participation.rules.ts";
import { Participation } from "./participation.ts";
import { Receipt } from "./receipt.ts";

interface Asker {
  em: SqlEntityManager;
  viewer: Viewer;
}

/** What the viewer has made of each conversation, or null. */
export function participationLoader({ em, viewer }: Asker): DataLoader<string, Participation | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Participation, { conversationId: { $in: [...ids] }, personId: viewer.personId ?? "" });
    const byConversation = new Map(found.map((row) => [row.conversationId, row]));
    return ids.map((id) => byConversation.get(id) ?? null);
  });
}

/** How many messages of others the viewer has not read, of each conversation; one SQL for all. */
export function unreadLoader({ em, viewer }: Asker): DataLoader<string, number> {
  return new DataLoader(async (ids) => {
    const rows = await em.execute<{ id: string; unread: number }[]>(
      `select asked.id, count(message.id)::int as unread
       from jsonb_array_elements_text(?::jsonb) as asked (id)
       left join participation on participation.conversation_id = asked.id and person_id = ?
       join message on message.conversation_id = asked.id
         and sequence > coalesce(read_sequence, 0) and sender_id <> ? and deleted_at is null
       group by asked.id`,
      [JSON.stringify(ids), viewer.personId, viewer.personId],
    );
    const byId = new Map(rows.map(({ id, unread }) => [id, unread]));
    return ids.map((id) => byId.get(id) ?? 0);
  });
}

/** How far the others have come, of each conversation, as the viewer may see it; one SQL for all. */
export function receiptsLoader({ em, viewer }: Asker): DataLoader<string, Receipt[]> {
  return new DataLoader(async (ids) => {
    const rows = await em.execute<
      { id: string; person: string; delivered: number; read: number; they_show: boolean; i_show: boolean }[]
    >(
      `select conversation_id as id, participation.person_id as person, delivered_sequence as delivered,
         read_sequence as read, coalesce(theirs.shows_reading, true) as they_show,
         coalesce((select shows_reading from preferences where person_id = ?), true) as i_show
       from participation left join preferences as theirs on theirs.person_id = participation.person_id
       where conversation_id = any(array(select jsonb_array_elements_text(?::jsonb))) and participation.person_id <> ?
       order by participation.person_id`,
      [viewer.personId, JSON.stringify(ids), viewer.personId],
    );
    const byId = Map.groupBy(rows, ({ id }) => id);
    return ids.map((id) =>
      (byId.get(id) ?? []).map(
        ({ person, delivered, read, they_show, i_show }) =>
          new Receipt(person, delivered, shownReading(read, they_show, i_show)),
      ),
    );
  });
}
