import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { type Policy, requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { assertThawed } from "../safety/safety.rules.ts";
import { Message } from "./message.ts";

const sender: Policy<Message> = {
  name: "message-sender",
  who: "whoever sent the message",
  allows: ({ personId }, { senderId }) => personId === senderId,
};

/**
 * A message of a conversation that the viewer takes part in, behind the lock of the conversation, which is loaded with it.
 * @throws NotFound (NOT_FOUND) for a message that the viewer may not see, ConversationFrozen (CONVERSATION_FROZEN)
 */
export async function lockedMessage({ em, viewer }: Transaction, id: string): Promise<Message> {
  const found = await em.findOne(Message, { id });
  if (!found) throw new NotFound("message", id);
  const { conversation } = found;
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const locked = await em.findOne(Conversation, { id: conversation.id }, { lockMode, refresh: true });
  assertThawed(requireSeen(conversationMembers, viewer, locked, "message", id));
  return em.findOneOrFail(Message, { id }, { refresh: true });
}

/**
 * A message that the viewer sent, behind the lock of its conversation, which is loaded with it.
 * @throws NotFound (NOT_FOUND) for a message that the viewer may not see, Forbidden (FORBIDDEN) for another's,
 *   ConversationFrozen (CONVERSATION_FROZEN)
 */
export async function ownMessage(tx: Transaction, id: string, what: string): Promise<Message> {
  const message = await lockedMessage(tx, id);
  requireAllowed(sender, tx.viewer, message, what);
  return message;
}
