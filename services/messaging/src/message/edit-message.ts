import { type Caller, transact } from "@psqm/events/transact";
import { StaleVersion } from "@psqm/refusal/refusal";
import { announce } from "../live/announce.ts";
import { assertEditable, messageText } from "./message.rules.ts";
import type { Message } from "./message.ts";
import { ownMessage } from "./own-message.ts";

/**
 * Its sender corrects a message; what it said before is kept, and followers of the inbox hear of it.
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN), BadInput, MessageDeleted (MESSAGE_DELETED),
 *   EditWindowOver (EDIT_WINDOW_OVER), StaleVersion (STALE_VERSION)
 */
export function editMessage(
  caller: Caller,
  { messageId, text, version }: { messageId: string; text: string; version: number },
): Promise<Message> {
  return transact(caller, "editMessage", messageId, async (tx) => {
    const message = await ownMessage(tx, messageId, "editMessage");
    assertEditable({ sentAt: message.sentAt, deletedAt: message.deletedAt ?? null }, tx.now);
    const corrected = messageText(text);
    if (message.version !== version) {
      throw new StaleVersion(version, { version: message.version, text: message.text });
    }
    if (message.text === corrected) return message;
    await tx.em.execute("insert into message_version (message_id, version, text, written_at) values (?, ?, ?, ?)", [
      messageId,
      message.version,
      message.text,
      message.editedAt ?? message.sentAt,
    ]);
    message.text = corrected;
    message.version += 1;
    message.editedAt = tx.now;
    message.changed();
    announce(tx, [message]);
    return message;
  });
}
