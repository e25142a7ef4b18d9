import { type Caller, transact } from "@psqm/events/transact";
import { announce } from "../live/announce.ts";
import type { Message } from "./message.ts";
import { ownMessage } from "./own-message.ts";

/**
 * Its sender deletes a message: nobody reads its words any more, its place in the conversation stays, and the audit
 * says who did it and when. The row keeps them for as long as somebody may have to look into a concern: see retention.
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN)
 */
export function deleteMessage(caller: Caller, messageId: string): Promise<Message> {
  return transact(caller, "deleteMessage", messageId, async (tx) => {
    const message = await ownMessage(tx, messageId, "deleteMessage");
    if (message.deletedAt) return message;
    message.deletedAt = tx.now;
    message.changed();
    announce(tx, [message]);
    return message;
  });
}
