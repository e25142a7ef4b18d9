import type { Caller } from "@psqm/events/transact";
import type { Conversation } from "../conversation/conversation.ts";
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
  return takePart(caller, "markRead", conversationId, (mine, { lastSequence }) => {
    mine.readSequence = Math.max(mine.readSequence, reached(upTo, lastSequence));
    mine.deliveredSequence = Math.max(mine.deliveredSequence, mine.readSequence);
  });
}

/**
 * A device of the caller has everything up to a sequence. It never goes back.
 * @throws NotFound (NOT_FOUND), NotReached (SEQUENCE_NOT_REACHED)
 */
export function markDelivered(caller: Caller, { conversationId, upTo }: Progress): Promise<Conversation> {
  return takePart(caller, "markDelivered", conversationId, (mine, { lastSequence }) => {
    mine.deliveredSequence = Math.max(mine.deliveredSequence, reached(upTo, lastSequence));
  });
}
