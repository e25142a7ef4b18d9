import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Access, TranscriptLine } from "./access.ts";

/** Who of the programme team has opened each conversation, the latest first; one SQL for all. */
export function accessesLoader(em: SqlEntityManager): DataLoader<string, Access[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      Access,
      { conversation: { $in: [...ids] } },
      { orderBy: { openedAt: "desc", id: "desc" }, populate: ["conversation"] },
    );
    const byConversation = Map.groupBy(found, ({ conversation }) => conversation.id);
    return ids.map((id) => byConversation.get(id) ?? []);
  });
}

/** A page of a conversation as the programme team reads it: words of deleted messages and what was said before too. */
export async function transcript(
  em: SqlEntityManager,
  conversationId: string,
  { after, limit }: { after: number; limit: number },
): Promise<TranscriptLine[]> {
  const rows = await em.execute<
    {
      id: string;
      sequence: number;
      sender_id: string;
      text: string;
      sent_at: string;
      edited_at: string | null;
      deleted_at: string | null;
      earlier: string[];
    }[]
  >(
    `select message.*, coalesce(
       (select jsonb_agg(message_version.text order by message_version.version)
        from message_version where message_id = message.id), '[]') as earlier
     from message where conversation_id = ? and sequence > ? order by sequence limit ?`,
    [conversationId, after, limit],
  );
  return rows.map(
    (row) =>
      new TranscriptLine({
        messageId: row.id,
        sequence: row.sequence,
        senderId: row.sender_id,
        text: row.text,
        sentAt: new Date(row.sent_at),
        editedAt: row.edited_at ? new Date(row.edited_at) : null,
        deletedAt: row.deleted_at ? new Date(row.deleted_at) : null,
        earlier: row.earlier,
      }),
  );
}
