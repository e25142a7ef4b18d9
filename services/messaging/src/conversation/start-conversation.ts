import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import { Conversation } from "./conversation.ts";

/** An enrolment that was confirmed gets its conversation; a second hearing changes nothing. */
export async function startConversation(
  { em, now }: Transaction,
  { enrolmentId, schoolId, hubId }: { enrolmentId: string; schoolId: string; hubId: string },
): Promise<void> {
  if (await em.findOne(Conversation, { enrolmentId })) return;
  em.create(Conversation, { id: newId("con"), enrolmentId, schoolId, hubId, startedAt: now });
}
