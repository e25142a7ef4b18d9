import { type Caller, transact } from "@psqm/events/transact";
import { Refusal, Unauthenticated } from "@psqm/refusal/refusal";
import { announce } from "../live/announce.ts";
import { MessageDeleted } from "../message/message.rules.ts";
import type { Message } from "../message/message.ts";
import { lockedMessage } from "../message/own-message.ts";

export class AcknowledgementNotAsked extends Refusal {
  constructor() {
    super(
      "ACKNOWLEDGEMENT_NOT_ASKED",
      "This message does not ask to be acknowledged; that you have read it is told by `markRead`.",
    );
  }
}

export class OwnMessage extends Refusal {
  constructor() {
    super("OWN_MESSAGE", "A message is acknowledged by those to whom it was sent, not by who sent it.");
  }
}

/**
 * Somebody takes note of a message that asks for it; once, however often they say so. Followers of the inbox hear of it.
 * @throws NotFound (NOT_FOUND), AcknowledgementNotAsked (ACKNOWLEDGEMENT_NOT_ASKED), OwnMessage (OWN_MESSAGE),
 *   MessageDeleted (MESSAGE_DELETED), ConversationFrozen (CONVERSATION_FROZEN)
 */
export function acknowledgeMessage(caller: Caller, messageId: string): Promise<Message> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "acknowledgeMessage", messageId, async (tx) => {
    const message = await lockedMessage(tx, messageId);
    if (message.deletedAt) throw new MessageDeleted();
    if (!message.asksAcknowledgement) throw new AcknowledgementNotAsked();
    if (message.senderId === personId) throw new OwnMessage();
    const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
      "insert into acknowledgement (message_id, person_id, at) values (?, ?, ?) on conflict do nothing",
      [messageId, personId, tx.now],
      "run",
    );
    if (affectedRows === 0) return message;
    message.changed();
    announce(tx, [message]);
    return message;
  });
}
