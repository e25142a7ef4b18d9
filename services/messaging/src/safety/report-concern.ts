import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { Message } from "../message/message.ts";
import { Concern } from "./concern.ts";
import { concernReported } from "./safety.events.ts";
import { accountOf } from "./safety.rules.ts";

/**
 * Somebody who takes part tells the programme team of a worry; the others of the conversation do not hear of it.
 * @throws NotFound (NOT_FOUND) for a conversation they have no part in, or a message that is not of it; BadInput
 */
export function reportConcern(
  caller: Caller,
  { conversationId, messageId, text }: { conversationId: string; messageId?: string | null | undefined; text: string },
): Promise<Concern> {
  const reportedBy = caller.viewer.personId;
  if (reportedBy === null) throw new Unauthenticated();
  const account = accountOf("A concern", text);
  return transact(caller, "reportConcern", conversationId, async ({ em, viewer, now, emit }) => {
    const found = await em.findOne(Conversation, { id: conversationId });
    const conversation = requireSeen(conversationMembers, viewer, found, "conversation", conversationId);
    if (messageId != null && !(await em.findOne(Message, { id: messageId, conversation }))) {
      throw new NotFound("message", messageId);
    }
    const concern = em.create(Concern, {
      id: newId("cnc"),
      conversationId,
      messageId: messageId ?? null,
      reportedBy,
      text: account,
      reportedAt: now,
    });
    const { enrolmentId, schoolId, hubId } = conversation;
    const reportedAt = now.toISOString();
    emit(concernReported, conversationId, {
      concernId: concern.id,
      conversationId,
      enrolmentId,
      schoolId,
      hubId,
      reportedAt,
    });
    return concern;
  });
}
