import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Caller, transact } from "@psqm/events/transact";
import { StaleVersion, Unauthenticated } from "@psqm/refusal/refusal";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { Message } from "../message/message.ts";
import { draftAfterRefusal, draftText, isSent } from "./draft.rules.ts";
import { Draft } from "./draft.ts";

/** The caller's row, made when it is not there, and locked: drafts of two devices are saved one after the other. */
async function lockedDraft(em: SqlEntityManager, conversationId: string, personId: string, now: Date): Promise<Draft> {
  await em.execute(
    "insert into draft (conversation_id, person_id, text, version, updated_at) values (?, ?, '', 0, ?) on conflict do nothing",
    [conversationId, personId, now],
  );
  const key = { conversationId, personId };
  return em.findOneOrFail(Draft, key, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}

function replace(draft: Draft, text: string, now: Date): void {
  draft.text = text;
  draft.version += 1;
  draft.updatedAt = now;
}

/**
 * Keeps what the caller has typed so far.
 * @param version of the draft that was typed on; 0 for none
 * @throws NotFound (NOT_FOUND), BadInput; StaleVersion (STALE_VERSION) with the current draft in `extensions.current`
 */
export function saveDraft(
  caller: Caller,
  { conversationId, text, version }: { conversationId: string; text: string; version: number },
): Promise<Conversation> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  const kept = draftText(text);
  return transact(caller, "saveDraft", conversationId, async ({ em, viewer, now }) => {
    const found = await em.findOne(Conversation, { id: conversationId });
    const conversation = requireSeen(conversationMembers, viewer, found, "conversation", conversationId);
    const draft = await lockedDraft(em, conversationId, personId, now);
    if (draft.version !== version) throw new StaleVersion(version, { version: draft.version, text: draft.text });
    replace(draft, kept, now);
    return conversation;
  });
}

/** Typed text is never lost: what was refused as a message is kept as a draft, beside what may be there already. */
export async function keepRefused(caller: Caller, conversationId: string, refused: string): Promise<void> {
  const { personId } = caller.viewer;
  if (personId === null || refused.trim() === "") return;
  const em = caller.em.fork();
  await transact({ ...caller, em }, "keepRefused", conversationId, async (tx) => {
    const conversation = await tx.em.findOne(Conversation, { id: conversationId });
    if (!conversation || !conversationMembers.allows(tx.viewer, conversation)) return;
    const draft = await lockedDraft(tx.em, conversationId, personId, tx.now);
    const text = draftText(draftAfterRefusal(draft.text, refused.replaceAll("\0", "").toWellFormed()));
    if (text !== draft.text) replace(draft, text, tx.now);
  });
}

/** What was sent is no draft any more; what was typed beyond it, here or on another device, stays. */
export async function clearSent(em: SqlEntityManager, sent: readonly Message[]): Promise<void> {
  if (sent.length === 0) return;
  const keys = sent.map(({ conversation, senderId }) => ({ conversationId: conversation.id, personId: senderId }));
  const drafts = await em.find(
    Draft,
    { $or: keys, text: { $ne: "" } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  for (const { conversation, senderId, text, sentAt } of sent) {
    const draft = drafts.find((of) => of.conversationId === conversation.id && of.personId === senderId);
    if (draft && isSent(draft.text, text)) replace(draft, "", sentAt);
  }
}
