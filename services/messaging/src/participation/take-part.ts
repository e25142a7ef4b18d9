import { LockMode } from "@mikro-orm/core";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { Participation } from "./participation.ts";

/**
 * One verb on what the caller has made of a conversation; their row is locked, made first if there was none.
 * @returns the conversation, as every verb gives what it changed
 * @throws NotFound (NOT_FOUND) for a conversation that the viewer has no part in
 */
export function takePart(
  caller: Caller,
  operation: string,
  conversationId: string,
  change: (mine: Participation, conversation: Conversation, tx: Transaction) => Promise<void> | void,
): Promise<Conversation> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, operation, conversationId, async (tx) => {
    const found = await tx.em.findOne(Conversation, { id: conversationId });
    const conversation = requireSeen(conversationMembers, tx.viewer, found, "conversation", conversationId);
    await tx.em.execute("insert into participation (conversation_id, person_id) values (?, ?) on conflict do nothing", [
      conversationId,
      personId,
    ]);
    const mine = await tx.em.findOneOrFail(
      Participation,
      { conversationId, personId },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    await change(mine, conversation, tx);
    return conversation;
  });
}
