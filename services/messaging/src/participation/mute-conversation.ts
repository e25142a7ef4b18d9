import type { Caller } from "@psqm/events/transact";
import type { Conversation } from "../conversation/conversation.ts";
import { silentUntil } from "./participation.rules.ts";
import { takePart } from "./take-part.ts";

/**
 * The conversation makes no noise for the caller until an instant; again: until another. It is read as before.
 * @throws NotFound (NOT_FOUND), BadInput for an instant that has passed
 */
export function muteConversation(caller: Caller, conversationId: string, until: Date): Promise<Conversation> {
  return takePart(caller, "muteConversation", conversationId, (mine, _conversation, { now }) => {
    mine.mutedUntil = silentUntil(until, now);
  });
}

/** The conversation is heard again by the caller. Throws NotFound (NOT_FOUND). */
export function unmuteConversation(caller: Caller, conversationId: string): Promise<Conversation> {
  return takePart(caller, "unmuteConversation", conversationId, (mine) => {
    mine.mutedUntil = null;
  });
}
