import type { Caller } from "@psqm/events/transact";
import type { Conversation } from "../conversation/conversation.ts";
import { MOST_PINS, PinsFull } from "./participation.rules.ts";
import { Participation } from "./participation.ts";
import { takePart } from "./take-part.ts";

/**
 * The conversation stands among the caller's pinned ones; pinned again it stays where it is.
 * @throws NotFound (NOT_FOUND), PinsFull (PINS_FULL) beyond twenty
 */
export function pinConversation(caller: Caller, conversationId: string): Promise<Conversation> {
  return takePart(caller, "pinConversation", conversationId, async (mine, _conversation, { em, now }) => {
    if (mine.pinnedAt) return;
    // Two pins of one person at the same moment count one after the other.
    await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`pins ${mine.personId}`]);
    const pinned = await em.count(Participation, { personId: mine.personId, pinnedAt: { $ne: null } });
    if (pinned >= MOST_PINS) throw new PinsFull();
    mine.pinnedAt = now;
  });
}

/** The conversation is no longer pinned by the caller. Throws NotFound (NOT_FOUND). */
export function unpinConversation(caller: Caller, conversationId: string): Promise<Conversation> {
  return takePart(caller, "unpinConversation", conversationId, (mine) => {
    mine.pinnedAt = null;
  });
}
