import { LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { NotFound, Refusal, Unauthenticated } from "@psqm/refusal/refusal";
import { IdempotencyKeyReused } from "@psqm/subgraph/idempotency";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { clearSent, keepRefused } from "../draft/keep-draft.ts";
import { announce } from "../live/announce.ts";
import { membersLoader } from "../member/member.loader.ts";
import { assertThawed } from "../safety/safety.rules.ts";
import { messageSent } from "./message.events.ts";
import { clientKey, MessageDeleted, mentioned, messageText } from "./message.rules.ts";
import { Message } from "./message.ts";

export interface MessageToSend {
  conversationId: string;
  text: string;
  clientKey: string;
  /** The message that it answers, or any of its thread. */
  answerTo?: string | null | undefined;
  quote?: string | null | undefined;
  /** Ids of people who take part. */
  mentions?: readonly string[] | null | undefined;
}

/**
 * Commits a message under the conversation's next number and wakes whoever waits for it. Sent again with the same
 * client key and content it gives the first message. A text that is refused is kept as the sender's draft.
 * @throws BadInput for a text or key that cannot be kept
 * @throws NotFound (NOT_FOUND) for a conversation that the viewer has no part in
 * @throws NotFound (NOT_FOUND) for a message to answer or quote that is not of the conversation
 * @throws ConversationFrozen (CONVERSATION_FROZEN)
 * @throws MessageDeleted (MESSAGE_DELETED), NobodyHere (NOBODY_HERE)
 * @throws IdempotencyKeyReused (IDEMPOTENCY_KEY_REUSED) when the sender's key stands for another message
 */
export async function sendMessage(caller: Caller, input: MessageToSend): Promise<Message> {
  try {
    return await send(caller, input);
  } catch (error) {
    if (error instanceof Refusal) await keepRefused(caller, input.conversationId, input.text);
    throw error;
  }
}

async function send(caller: Caller, input: MessageToSend): Promise<Message> {
  const { conversationId } = input;
  const sent = { text: messageText(input.text), clientKey: clientKey(input.clientKey) };
  const senderId = caller.viewer.personId;
  if (senderId === null) throw new Unauthenticated();
  try {
    return await transact(caller, "sendMessage", conversationId, async (tx) => {
      const found = await tx.em.findOne(Conversation, { id: conversationId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const conversation = requireSeen(conversationMembers, tx.viewer, found, "conversation", conversationId);
      const before = await tx.em.findOne(Message, { senderId, clientKey: sent.clientKey });
      if (!before) {
        assertThawed(conversation);
        const message = await append(tx, conversation, senderId, {
          ...sent,
          ...(await related(tx, conversation, input)),
        });
        await clearSent(tx.em, { conversationId, personId: senderId, sent: sent.text, now: tx.now });
        return message;
      }
      if (before.conversation !== conversation || before.text !== sent.text || !sameRelations(before, input)) {
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

interface Relations {
  threadId: string | null;
  quotedId: string | null;
  mentions: string[];
}

/** What the message refers to, all of it in the same conversation. An answer to an answer is in the same thread. */
async function related({ em }: Transaction, conversation: Conversation, input: MessageToSend): Promise<Relations> {
  const referred = async (id: string | null | undefined) => {
    if (!id) return null;
    const message = await em.findOne(Message, { id, conversation });
    if (!message) throw new NotFound("message", id);
    if (message.deletedAt) throw new MessageDeleted();
    return message;
  };
  const answered = await referred(input.answerTo);
  const quoted = await referred(input.quote);
  return {
    threadId: answered ? (answered.threadId ?? answered.id) : null,
    quotedId: quoted?.id ?? null,
    mentions: input.mentions?.length ? mentioned(input.mentions, await memberIds(em, conversation.id)) : [],
  };
}

/** Whether a message sent again refers to what it did the first time; its thread may begin above what it answers. */
function sameRelations(before: Message, { answerTo, quote, mentions }: MessageToSend): boolean {
  const sameMentions = [...before.mentions].sort().join() === [...new Set(mentions ?? [])].sort().join();
  return sameMentions && before.quotedId === (quote ?? null) && Boolean(before.threadId) === Boolean(answerTo);
}

const memberIds = async (em: SqlEntityManager, conversationId: string) =>
  (await membersLoader(em).load(conversationId)).map(({ id }) => id);

async function append(
  tx: Transaction,
  conversation: Conversation,
  senderId: string,
  content: Relations & { text: string; clientKey: string },
): Promise<Message> {
  const message = tx.em.create(Message, {
    ...content,
    id: newId("msg"),
    conversation,
    sequence: conversation.takeSequence(),
    senderId,
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
