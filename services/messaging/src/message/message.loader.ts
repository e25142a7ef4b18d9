import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Message } from "./message.ts";
import { MessageVersion } from "./message-version.ts";

/** Messages by id, or null, each with its conversation, which says who may see it. */
export function messageLoader(em: SqlEntityManager): DataLoader<string, Message | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Message, { id: { $in: [...ids] } }, { populate: ["conversation"], strategy: "joined" });
    const byId = new Map(found.map((message) => [message.id, message]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export interface PageOfMessages {
  /** Of the conversation, or of the message that begins the thread. */
  id: string;
  /** Only those after this sequence. */
  after: number;
  /** At most so many. */
  limit: number;
}

/** A page of messages of each of several conversations, in order; one SQL for all. */
export const messagePageLoader = (em: SqlEntityManager) => pageLoader(em, "conversation_id");

/** A page of answers of each of several threads, in order; one SQL for all. */
export const answerPageLoader = (em: SqlEntityManager) => pageLoader(em, "thread_id");

function pageLoader(
  em: SqlEntityManager,
  of: "conversation_id" | "thread_id",
): DataLoader<PageOfMessages, Message[], string> {
  return new DataLoader(
    async (pages) => {
      const rows = await em.execute<{ page: number; id: string }[]>(
        `select asked.page, found.* from jsonb_to_recordset(?::jsonb)
           as asked (page integer, id text, after integer, "limit" integer)
         cross join lateral (
           select * from message where ${of} = asked.id and sequence > asked.after
           order by sequence limit asked."limit"
         ) as found order by asked.page, found.sequence`,
        [JSON.stringify(pages.map((asked, page) => ({ ...asked, page })))],
      );
      const messages = rows.map(({ page, ...row }) => ({ page, message: em.map(Message, row) }));
      await em.populate(
        messages.map(({ message }) => message),
        ["conversation"],
      );
      const byPage = Map.groupBy(messages, ({ page }) => page);
      return pages.map((_, page) => byPage.get(page)?.map(({ message }) => message) ?? []);
    },
    { cacheKeyFn: ({ id, after, limit }) => `${id} ${after} ${limit}` },
  );
}

/** What each message said before, the oldest first; nothing of those that were deleted. One SQL for all. */
export function versionsLoader(em: SqlEntityManager): DataLoader<string, MessageVersion[]> {
  return new DataLoader(async (ids) => {
    const rows = await em.execute<{ message_id: string; version: number; text: string; written_at: string }[]>(
      `select message_version.* from message_version join message on message.id = message_id
       where message_id = any(array(select jsonb_array_elements_text(?::jsonb))) and deleted_at is null
       order by message_id, message_version.version`,
      [JSON.stringify(ids)],
    );
    const byMessage = Map.groupBy(rows, ({ message_id }) => message_id);
    return ids.map((id) =>
      (byMessage.get(id) ?? []).map(
        ({ version, text, written_at }) => new MessageVersion(version, text, new Date(written_at)),
      ),
    );
  });
}
