import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import { conversationMembers, topicsFor, visibleConversationsSql } from "../conversation/conversation.policy.ts";
import { liveStream } from "../live/live-stream.ts";
import type { News } from "../live/message-feed.ts";
import type { MessagingContext } from "../loaders.ts";
import { CursorAhead } from "../message/message.rules.ts";
import { Message } from "../message/message.ts";
import { further, type InboxPosition, inboxPosition, nowhere } from "./inbox-cursor.rules.ts";
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
  { viewer, resources: { feed, fork } }: MessagingContext,
  { after }: { after?: string | null | undefined },
): Promise<AsyncIterableIterator<InboxEntry, undefined>> {
  const stream = liveStream<InboxEntry, InboxPosition, News>({
    enrol: (listener) => feed.enrol(topicsFor(viewer), listener),
    pageSize: PAGE,
    positionOf: ({ position }) => position,
    join: (news, position) => nextOfInbox(viewer, news, position),
    read: (position) => readInbox(fork(), viewer, position),
  });
  try {
    const reached = await positionNow(fork(), viewer);
    const start = after === null || after === undefined ? reached : inboxPosition(after);
    let behind = false;
    for (const [number, last] of reached) {
      const { sequence, change } = start.get(number) ?? nowhere;
      if (sequence > last.sequence || change > last.change) throw new CursorAhead(sequence, last.sequence);
      behind ||= sequence < last.sequence || change < last.change;
    }
    return stream.begin(start, behind);
  } catch (error) {
    await stream.return?.();
    throw error;
  }
}

/** What news is to one who stands there: the next entry of their inbox, nothing new, or a sign of missing ones. */
function nextOfInbox(viewer: Viewer, news: News, position: InboxPosition): InboxEntry | "missing" | null {
  if (!(news instanceof Message)) {
    const { sequence, change } = position.get(news.number) ?? nowhere;
    return news.lastSequence > sequence || news.lastChange > change ? "missing" : null;
  }
  const { conversation, sequence, change } = news;
  if (!conversationMembers.allows(viewer, conversation)) return null;
  const reached = position.get(conversation.number) ?? nowhere;
  const changed = sequence <= reached.sequence;
  if (changed && change <= reached.change) return null;
  if (changed ? change > reached.change + 1 : sequence > reached.sequence + 1) return "missing";
  return new InboxEntry(news, changed, further(position, conversation.number, changed ? { change } : { sequence }));
}

/** How far each of the viewer's conversations has come. */
export async function positionNow(em: SqlEntityManager, viewer: Viewer): Promise<InboxPosition> {
  const mine = visibleConversationsSql(viewer);
  const rows = await em.execute<{ number: number; sequence: number; change: number }[]>(
    `select number, last_sequence as sequence, last_change as change from conversation where ${mine.sql}`,
    mine.values,
  );
  return new Map(rows.map(({ number, ...reached }) => [number, reached]));
}

/**
 * What comes next of all conversations. First what has changed of the messages that one has, by its number; then the
 * messages that one has not, by `position`, which rises with the sequence within each conversation: it is drawn behind
 * the lock that gives the sequence. So a page that ends anywhere leaves no gap in any of them.
 */
async function readInbox(em: SqlEntityManager, viewer: Viewer, after: InboxPosition): Promise<InboxEntry[]> {
  const own = visibleConversationsSql(viewer);
  const rows = await em.execute<{ number: number; changed: boolean; id: string }[]>(
    `with mine as (
       select id, number, coalesce(seen.sequence, 0) as seen, coalesce(seen.change, 0) as known, last_sequence, last_change
       from conversation
       left join jsonb_to_recordset(?::jsonb) as seen (number integer, sequence integer, change integer) using (number)
       where ${own.sql} and (last_sequence > coalesce(seen.sequence, 0) or last_change > coalesce(seen.change, 0))
     )
     select * from (
     (select mine.number, true as changed, found.* from mine cross join lateral (
        select * from message where conversation_id = mine.id and change > mine.known and sequence <= mine.seen
        order by change limit ${PAGE}
      ) as found where last_change > known order by mine.number, found.change limit ${PAGE})
     union all
     (select mine.number, false as changed, found.* from mine cross join lateral (
        select * from message where conversation_id = mine.id and sequence > mine.seen order by sequence limit ${PAGE}
      ) as found where last_sequence > seen order by found.position limit ${PAGE})
     ) as page order by changed desc, case when changed then number else position end, change`,
    [JSON.stringify([...after].map(([number, { sequence, change }]) => ({ number, sequence, change }))), ...own.values],
  );
  const entries = rows.map(({ number, changed, ...row }) => ({ number, changed, message: em.map(Message, row) }));
  await em.populate(
    entries.map(({ message }) => message),
    ["conversation"],
  );
  let position = after;
  return entries.map(({ number, changed, message }) => {
    position = further(position, number, changed ? { change: message.change } : { sequence: message.sequence });
    return new InboxEntry(message, changed, position);
  });
}
