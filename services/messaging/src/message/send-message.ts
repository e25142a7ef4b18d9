import { LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { IdempotencyKeyReused } from "@psqm/subgraph/idempotency";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { announce } from "../live/announce.ts";
import { messageSent } from "./message.events.ts";
import { clientKey, messageText } from "./message.rules.ts";
import { Message } from "./message.ts";

export interface MessageToSend {
  conversationId: string;
  text: string;
  clientKey: string;
}

/**
 * Commits a message under the conversation's next number and wakes whoever waits for it. Sent again with the same
 * client key and text it gives the first message.
 * @throws BadInput for a text or key that cannot be kept
 * @throws NotFound (NOT_FOUND) for a conversation that the viewer has no part in
 * @throws IdempotencyKeyReused (IDEMPOTENCY_KEY_REUSED) when the sender's key stands for another message
 */
export async function sendMessage(caller: Caller, input: MessageToSend): Promise<Message> {
  const { conversationId } = input;
  const sent = { text: messageText(input.text), clientKey: clientKey(input.clientKey) };
  const senderId = caller.viewer.personId;
  if (senderId === null) throw new Unauthenticated();
  try {
    return await transact(caller, "sendMessage", conversationId, async (tx) => {
      const found = await tx.em.findOne(Conversation, { id: conversationId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const conversation = requireSeen(conversationMembers, tx.viewer, found, "conversation", conversationId);
      const before = await tx.em.findOne(Message, { senderId, clientKey: sent.clientKey });
      if (!before) return append(tx, conversation, senderId, sent);
      if (before.conversation !== conversation || before.text !== sent.text) {
        throw new IdempotencyKeyReused(sent.clientKey);
      }
      return before;
    });
  } catch (error) {
    // The lock is the conversation's: the same key in another conversation at the same moment meets the constraint.
    if (error instanceof UniqueConstraintViolationException) throw new IdempotencyKeyReused(sent.clientKey);
    throw error;
  }
}

async function append(
  tx: Transaction,
  conversation: Conversation,
  senderId: string,
  { text, clientKey }: { text: string; clientKey: string },
): Promise<Message> {
  const message = tx.em.create(Message, {
    id: newId("msg"),
    conversation,
    sequence: conversation.takeSequence(),
    senderId,
    clientKey,
    text,
    sentAt: tx.now,
  });
  tx.emit(messageSent, conversation.id, {
    messageId: message.id,
    conversationId: conversation.id,
    enrolmentId: conversation.enrolmentId,
    schoolId: conversation.schoolId,
    hubId: conversation.hubId,
    sequence: message.sequence,
    senderId,
    sentAt: tx.now.toISOString(),
  });
  await announce(tx, conversation);
  return message;
}
