import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { schoolIds, supportedHubIds, type Viewer } from "@psqm/identity/viewer";
import { schoolSide } from "../conversation/conversation.policy.ts";
import { liveStream } from "../live/live-stream.ts";
import type { MessagingContext } from "../loaders.ts";
import { CursorAhead } from "../message/message.rules.ts";
import { Message } from "../message/message.ts";
import { further, type InboxPosition, inboxPosition } from "./inbox-cursor.rules.ts";
import { InboxEntry } from "./inbox-entry.ts";

const PAGE = 200;

/**
 * What a subscriber to their inbox hears: everything after the cursor in all of their conversations, then whatever
 * comes, each conversation in its order. A conversation that begins or opens to them meanwhile is heard from its
 * first message.
 * @param after from now on when left out
 * @throws CursorUnusable (CURSOR_UNUSABLE), CursorAhead (CURSOR_AHEAD)
 */
export async function followInbox(
  { em, viewer, resources }: MessagingContext,
  { after }: { after?: string | null | undefined },
): Promise<AsyncIterableIterator<InboxEntry, undefined>> {
  const reached = await positionNow(em.fork(), viewer);
  const start = after === null || after === undefined ? reached : inboxPosition(after);
  for (const [number, lastSequence] of reached) {
    const sequence = start.get(number) ?? 0;
    if (sequence > lastSequence) throw new CursorAhead(sequence, lastSequence);
  }
  return liveStream<InboxEntry, InboxPosition>({
    topics: [...schoolIds(viewer, ...schoolSide), ...supportedHubIds(viewer)],
    after: start,
    calls: resources.calls,
    positionOf: ({ position }) => position,
    // A fork for each page: a subscription may live for months, and its entities must not.
    read: (position) => readInbox(em.fork(), viewer, position),
  });
}

/** How far each of the viewer's conversations has come. */
export async function positionNow(em: SqlEntityManager, viewer: Viewer): Promise<InboxPosition> {
  const rows = await em.execute<{ number: number; last_sequence: number }[]>(
    `select number, last_sequence from conversation where ${OWN}`,
    own(viewer),
  );
  return new Map(rows.map(({ number, last_sequence }) => [number, last_sequence]));
}

/** The same rule as `conversationMembers`, over rows of `conversation`. */
const OWN = `(school_id = any(array(select jsonb_array_elements_text(?::jsonb)))
  or hub_id = any(array(select jsonb_array_elements_text(?::jsonb))))`;

const own = (viewer: Viewer) => [
  JSON.stringify(schoolIds(viewer, ...schoolSide)),
  JSON.stringify(supportedHubIds(viewer)),
];

/**
 * The next messages of all conversations by `position`, which rises with the sequence within each: it is drawn behind
 * the lock that gives the sequence. So a page that ends anywhere leaves no gap in any of them.
 */
async function readInbox(em: SqlEntityManager, viewer: Viewer, after: InboxPosition): Promise<InboxEntry[]> {
  const rows = await em.execute<{ number: number; id: string }[]>(
    `select mine.number, found.* from (
       select id, number, coalesce(seen.sequence, 0) as seen
       from conversation left join jsonb_to_recordset(?::jsonb) as seen (number integer, sequence integer) using (number)
       where ${OWN} and last_sequence > coalesce(seen.sequence, 0)
     ) as mine cross join lateral (
       select * from message where conversation_id = mine.id and sequence > mine.seen order by sequence limit ${PAGE}
     ) as found order by found.position limit ${PAGE}`,
    [JSON.stringify([...after].map(([number, sequence]) => ({ number, sequence }))), ...own(viewer)],
  );
  const messages = rows.map(({ number, ...row }) => ({ number, message: em.map(Message, row) }));
  await em.populate(
    messages.map(({ message }) => message),
    ["conversation"],
  );
  let position = after;
  return messages.map(({ number, message }) => {
    position = further(position, number, message.sequence);
    return new InboxEntry(message, position);
  });
}
