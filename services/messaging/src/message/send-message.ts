import { LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import { type Caller, type Commit, type Transaction, transactTogether } from "@psqm/events/transact";
import { filesLoader } from "@psqm/files/file.loader";
import { filesToAttach } from "@psqm/files/file.rules";
import { freeFiles } from "@psqm/files/free-files";
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
  /** Ids of clean files of the sender's, put for this conversation. */
  files?: readonly string[] | null | undefined;
  asksAcknowledgement?: boolean | null | undefined;
}

/** A message on its way, its text and key as they are kept. */
export interface Sending extends MessageToSend {
  caller: Caller;
  senderId: string;
}

/**
 * Commits a message under the conversation's next number and wakes whoever waits for it. Sent again with the same
 * client key and content it gives the first message. A text that is refused is kept as the sender's draft.
 * @param commit commits it by itself when left out
 * @throws BadInput for a text or key that cannot be kept
 * @throws NotFound (NOT_FOUND) for a conversation that the viewer has no part in
 * @throws NotFound (NOT_FOUND) for a message to answer or quote that is not of the conversation
 * @throws ConversationFrozen (CONVERSATION_FROZEN)
 * @throws NotFound (NOT_FOUND), FileNotReady (FILE_NOT_READY), FileRefused (FILE_REFUSED), FileAttached (FILE_ATTACHED) for
 *   a file that cannot go with it
 * @throws MessageDeleted (MESSAGE_DELETED), NobodyHere (NOBODY_HERE)
 * @throws IdempotencyKeyReused (IDEMPOTENCY_KEY_REUSED) when the sender's key stands for another message
 */
export async function sendMessage(
  caller: Caller,
  input: MessageToSend,
  commit: (sending: Sending) => Promise<Message> = sendAlone,
): Promise<Message> {
  try {
    const senderId = caller.viewer.personId;
    if (senderId === null) throw new Unauthenticated();
    const kept = { text: messageText(input.text), clientKey: clientKey(input.clientKey) };
    return await commit({ ...input, ...kept, caller, senderId });
  } catch (error) {
    if (error instanceof Refusal) await keepRefused(caller, input.conversationId, input.text);
    throw error;
  }
}

/** A commit for one message; waits for whoever else changes its conversation. */
export async function sendAlone(sending: Sending): Promise<Message> {
  try {
    const [outcome] = await sendAll(sending.caller, [sending], LockMode.PESSIMISTIC_WRITE);
    if (outcome instanceof Message) return outcome;
    throw outcome ?? new NotFound("conversation", sending.conversationId);
  } catch (error) {
    // The lock is the conversation's: the same key in another conversation at the same moment meets the constraint.
    if (error instanceof UniqueConstraintViolationException) throw new IdempotencyKeyReused(sending.clientKey);
    throw error;
  }
}

/**
 * One commit for many messages. Each is judged by itself: one that is refused does not hold up the others.
 * @param sendings in the order in which they came; at most one of each sender and key
 * @param lockMode `PESSIMISTIC_PARTIAL_WRITE` leaves aside what somebody else has locked, rather than wait for it
 * @returns in the same order the message, sent now or before; its refusal; or null for a conversation that does not
 *   exist or was left aside
 */
export function sendAll(
  caller: Pick<Caller, "em" | "signals">,
  sendings: readonly Sending[],
  lockMode: LockMode.PESSIMISTIC_WRITE | LockMode.PESSIMISTIC_PARTIAL_WRITE,
): Promise<(Message | Refusal | null)[]> {
  return transactTogether(caller, async (commit) => {
    const { em } = commit;
    const ids = [...new Set(sendings.map(({ conversationId }) => conversationId))];
    const locked = await em.find(
      Conversation,
      { id: { $in: ids } },
      { lockMode, orderBy: { id: "asc" }, refresh: true },
    );
    const conversations = new Map(locked.map((conversation) => [conversation.id, conversation]));
    const keyed = sendings.map(({ senderId, clientKey }) => ({ senderId, clientKey }));
    const sentBefore = new Map((await em.find(Message, { $or: keyed })).map((message) => [keyOf(message), message]));
    const outcomes: (Message | Refusal | null)[] = [];
    const said: Message[] = [];
    for (const sending of sendings) {
      const conversation = conversations.get(sending.conversationId);
      try {
        const before = sentBefore.get(keyOf(sending));
        const message = conversation ? await send(commit, conversation, sending, before) : null;
        if (message && message !== before) said.push(message);
        outcomes.push(message);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        outcomes.push(error);
      }
    }
    await clearSent(em, said);
    announce(commit, said);
    return outcomes;
  });
}

async function send(
  { em, enter }: Commit,
  conversation: Conversation,
  sending: Sending,
  before: Message | undefined,
): Promise<Message> {
  const { caller, conversationId } = sending;
  requireSeen(conversationMembers, caller.viewer, conversation, "conversation", conversationId);
  if (before) {
    const same = before.conversation === conversation && before.text === sending.text && sameRelations(before, sending);
    if (!same || !(await sameFiles(em, before, sending))) throw new IdempotencyKeyReused(sending.clientKey);
    return before;
  }
  assertThawed(conversation);
  const relations = await related(em, conversation, sending);
  const files = await freeFiles(em, filesToAttach(sending.files ?? []), conversationId, sending.senderId);
  const message = append(enter(caller, "sendMessage", conversationId), conversation, sending, relations);
  for (const file of files) file.attachedTo = message.id;
  return message;
}

const keyOf = ({ senderId, clientKey }: { senderId: string; clientKey: string }) =>
  JSON.stringify([senderId, clientKey]);

interface Relations {
  threadId: string | null;
  quotedId: string | null;
  mentions: string[];
  asksAcknowledgement: boolean;
}

/** What the message refers to, all of it in the same conversation. An answer to an answer is in the same thread. */
async function related(em: SqlEntityManager, conversation: Conversation, input: MessageToSend): Promise<Relations> {
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
    asksAcknowledgement: input.asksAcknowledgement ?? false,
    mentions: input.mentions?.length ? mentioned(input.mentions, await memberIds(em, conversation.id)) : [],
  };
}

/** Whether a message sent again refers to what it did the first time; its thread may begin above what it answers. */
function sameRelations(before: Message, sending: MessageToSend): boolean {
  const { answerTo, quote, mentions, asksAcknowledgement } = sending;
  const sameMentions = sorted(before.mentions) === sorted(new Set(mentions ?? []));
  const sameAsking = before.asksAcknowledgement === (asksAcknowledgement ?? false);
  return (
    sameMentions && sameAsking && before.quotedId === (quote ?? null) && Boolean(before.threadId) === Boolean(answerTo)
  );
}

async function sameFiles(em: SqlEntityManager, before: Message, { files }: MessageToSend): Promise<boolean> {
  const attached = await filesLoader(em).load(before.id);
  return sorted(attached.map(({ id }) => id)) === sorted(new Set(files ?? []));
}

const sorted = (ids: Iterable<string>): string => [...ids].sort().join();

const memberIds = async (em: SqlEntityManager, conversationId: string) =>
  (await membersLoader(em).load(conversationId)).map(({ id }) => id);

function append(tx: Transaction, conversation: Conversation, sending: Sending, relations: Relations): Message {
  const { senderId, clientKey, text } = sending;
  const message = tx.em.create(Message, {
    ...relations,
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
  return message;
}
