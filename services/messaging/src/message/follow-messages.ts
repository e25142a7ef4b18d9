import { NotFound } from "@psqm/refusal/refusal";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { liveStream } from "../live/live-stream.ts";
import type { News } from "../live/message-feed.ts";
import type { MessagingContext } from "../loaders.ts";
import { startingPoint } from "./message.rules.ts";
import { Message } from "./message.ts";

const PAGE = 200;

/**
 * What a subscriber hears: everything after the last sequence they have, then whatever comes.
 * @param after from now on when left out
 * @throws NotFound (NOT_FOUND) for a conversation that the viewer has no part in; CursorAhead (CURSOR_AHEAD)
 */
export async function followMessages(
  { viewer, resources: { feed, fork } }: MessagingContext,
  { conversationId, after }: { conversationId: string; after?: number | null | undefined },
): Promise<AsyncIterableIterator<Message, undefined>> {
  const stream = liveStream<Message, number, News>({
    enrol: (listener) => feed.enrol([conversationId], listener),
    pageSize: PAGE,
    positionOf: ({ sequence }) => sequence,
    join(news, last) {
      if (!(news instanceof Message)) return news.lastSequence > last ? "missing" : null;
      if (news.sequence <= last) return null;
      // A read says what is wrong, if it is that the conversation is not theirs any more.
      return news.sequence === last + 1 && conversationMembers.allows(viewer, news.conversation) ? news : "missing";
    },
    async read(last) {
      const page = await fork().find(
        Message,
        { conversation: conversationId, sequence: { $gt: last } },
        { orderBy: { sequence: "asc" }, limit: PAGE, populate: ["conversation"], strategy: "joined" },
      );
      // The conversation is read with each page: it may have passed to another hub since.
      if (page.some((message) => !conversationMembers.allows(viewer, message.conversation))) {
        throw new NotFound("conversation", conversationId);
      }
      return page;
    },
  });
  try {
    const found = await fork().findOne(Conversation, { id: conversationId });
    const { lastSequence } = requireSeen(conversationMembers, viewer, found, "conversation", conversationId);
    const start = startingPoint(after, lastSequence);
    return stream.begin(start, start < lastSequence);
  } catch (error) {
    await stream.return?.();
    throw error;
  }
}
