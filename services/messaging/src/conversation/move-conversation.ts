import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { announceMove } from "../live/announce.ts";
import { topicsOf } from "./conversation.policy.ts";
import { Conversation } from "./conversation.ts";

/**
 * The school has moved to another hub: its conversation goes along, with all that was said, and the leaders and mentors
 * of the former hub have no part in it any more. Whoever follows it looks again at once.
 */
export async function moveConversation(
  tx: Transaction,
  { enrolmentId, hubId }: { enrolmentId: string; hubId: string },
): Promise<void> {
  const conversation = await tx.em.findOne(
    Conversation,
    { enrolmentId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!conversation) return;
  const before = topicsOf(conversation);
  conversation.hubId = hubId;
  announceMove(tx, [...before, ...topicsOf(conversation)]);
}
