import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Message } from "./message.ts";

/** Messages by id, or null, each with its conversation, which says who may see it. */
export function messageLoader(em: SqlEntityManager): DataLoader<string, Message | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Message, { id: { $in: [...ids] } }, { populate: ["conversation"], strategy: "joined" });
    const byId = new Map(found.map((message) => [message.id, message]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export interface PageOfMessages {
  conversationId: string;
  /** Only those after this sequence. */
  after: number;
  /** At most so many. */
  limit: number;
}

/** A page of messages of each of several conversations, in order; one SQL for all. */
export function messagePageLoader(em: SqlEntityManager): DataLoader<PageOfMessages, Message[], string> {
  return new DataLoader(
    async (pages) => {
      const rows = await em.execute<{ page: number; id: string }[]>(
        `select asked.page, found.* from jsonb_to_recordset(?::jsonb)
           as asked (page integer, "conversationId" text, after integer, "limit" integer)
         cross join lateral (
           select * from message where conversation_id = asked."conversationId" and sequence > asked.after
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
    { cacheKeyFn: ({ conversationId, after, limit }) => `${conversationId} ${after} ${limit}` },
  );
}
