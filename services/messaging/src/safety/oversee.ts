import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Conversation } from "../conversation/conversation.ts";
import { Access } from "./access.ts";
import { Concern } from "./concern.ts";
import { programmeTeam } from "./safety.policy.ts";
import { accessUntil, accountOf, ConcernClosed } from "./safety.rules.ts";

/**
 * The programme team freezes a conversation: it is read as before, and nothing in it changes any more.
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN), BadInput for a reason that explains nothing
 */
export function freezeConversation(caller: Caller, conversationId: string, reason: string): Promise<Conversation> {
  const account = accountOf("A reason", reason);
  return oversee(caller, "freezeConversation", conversationId, (conversation, { now }) => {
    conversation.frozenAt = now;
    conversation.frozenReason = account;
  });
}

/** A frozen conversation goes on. Throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN). */
export function thawConversation(caller: Caller, conversationId: string): Promise<Conversation> {
  return oversee(caller, "thawConversation", conversationId, (conversation) => {
    conversation.frozenAt = null;
    conversation.frozenReason = null;
  });
}

/**
 * The programme team puts a conversation on hold: nothing of it is erased, neither by rule nor because its sender deleted
 * it, until it is released. Its people go on as before and do not hear of it.
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN), BadInput for a reason that explains nothing
 */
export function holdConversation(caller: Caller, conversationId: string, reason: string): Promise<Conversation> {
  const account = accountOf("A reason", reason);
  return oversee(caller, "holdConversation", conversationId, (conversation, { now }) => {
    conversation.heldAt = now;
    conversation.heldReason = account;
  });
}

/** What is due of a conversation is erased again. Throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN). */
export function releaseConversation(caller: Caller, conversationId: string): Promise<Conversation> {
  return oversee(caller, "releaseConversation", conversationId, (conversation) => {
    conversation.heldAt = null;
    conversation.heldReason = null;
  });
}

/** Behind the lock that sending takes too: what was on its way is said before or refused after. */
function oversee(
  caller: Caller,
  operation: string,
  conversationId: string,
  change: (conversation: Conversation, tx: Transaction) => void,
): Promise<Conversation> {
  return transact(caller, operation, conversationId, async (tx) => {
    requireAllowed(programmeTeam, tx.viewer, undefined, operation);
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const conversation = await tx.em.findOne(Conversation, { id: conversationId }, { lockMode });
    if (!conversation) throw new NotFound("conversation", conversationId);
    change(conversation, tx);
    return conversation;
  });
}

/**
 * One of the programme team opens a conversation for a day, with a reason that its people see at once.
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN), BadInput for a reason that explains nothing
 */
export function openConversation(caller: Caller, conversationId: string, reason: string): Promise<Access> {
  const openedBy = caller.viewer.personId;
  if (openedBy === null) throw new Unauthenticated();
  const account = accountOf("A reason", reason);
  return transact(caller, "openConversation", conversationId, async ({ em, viewer, now }) => {
    requireAllowed(programmeTeam, viewer, undefined, "openConversation");
    const conversation = await em.findOne(Conversation, { id: conversationId });
    if (!conversation) throw new NotFound("conversation", conversationId);
    const [openedAt, until] = [now, accessUntil(now)];
    return em.create(Access, { id: newId("acc"), conversation, openedBy, reason: account, openedAt, until });
  });
}

/**
 * The programme team is done with a concern and says what came of it.
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN), BadInput, ConcernClosed (CONCERN_CLOSED)
 */
export function closeConcern(caller: Caller, concernId: string, outcome: string): Promise<Concern> {
  const account = accountOf("An outcome", outcome);
  return transact(caller, "closeConcern", concernId, async ({ em, viewer, now }) => {
    requireAllowed(programmeTeam, viewer, undefined, "closeConcern");
    const concern = await em.findOne(Concern, { id: concernId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!concern) throw new NotFound("concern", concernId);
    if (concern.closedAt) throw new ConcernClosed();
    concern.closedAt = now;
    concern.outcome = account;
    return concern;
  });
}
