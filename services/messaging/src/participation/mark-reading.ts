import type { Caller } from "@psqm/events/transact";
import { announceReceipt } from "../activity/live-activity.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { Preferences } from "../preferences/preferences.ts";
import { reached } from "./participation.rules.ts";
import { takePart } from "./take-part.ts";

export interface Progress {
  conversationId: string;
  upTo: number;
}

/**
 * The caller has read everything up to a sequence. It never goes back: a slow device does not undo a quick one.
 * @throws NotFound (NOT_FOUND), NotReached (SEQUENCE_NOT_REACHED)
 */
export function markRead(caller: Caller, { conversationId, upTo }: Progress): Promise<Conversation> {
  return takePart(caller, "markRead", conversationId, async (mine, { lastSequence }, tx) => {
    const before = { read: mine.readSequence, delivered: mine.deliveredSequence };
    mine.readSequence = Math.max(before.read, reached(upTo, lastSequence));
    mine.deliveredSequence = Math.max(before.delivered, mine.readSequence);
    // Of one who does not show their reading, not even the moment of it is seen.
    const shows = (await tx.em.findOne(Preferences, { personId: mine.personId }))?.showsReading ?? true;
    const seen = mine.deliveredSequence > before.delivered || (shows && mine.readSequence > before.read);
    if (seen) announceReceipt(tx, conversationId);
  });
}

/**
 * A device of the caller has everything up to a sequence. It never goes back.
 * @throws NotFound (NOT_FOUND), NotReached (SEQUENCE_NOT_REACHED)
 */
export function markDelivered(caller: Caller, { conversationId, upTo }: Progress): Promise<Conversation> {
  return takePart(caller, "markDelivered", conversationId, async (mine, { lastSequence }, tx) => {
    const before = mine.deliveredSequence;
    mine.deliveredSequence = Math.max(before, reached(upTo, lastSequence));
    if (mine.deliveredSequence > before) announceReceipt(tx, conversationId);
  });
}
