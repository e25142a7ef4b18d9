import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import { BadInput } from "@psqm/refusal/refusal";
import { type Connection, pageSize } from "@psqm/subgraph/connection";
import { visibleConversationsSql } from "../conversation/conversation.policy.ts";
import { Message } from "../message/message.ts";
import { FOUND_BEGINS, FOUND_ENDS, parts, searchWords } from "./search.rules.ts";
import { SearchHit } from "./search-hit.ts";

const EXCERPT = `StartSel=${FOUND_BEGINS}, StopSel=${FOUND_ENDS}, MaxFragments=2, MaxWords=30, MinWords=10, FragmentDelimiter=" … "`;

/**
 * Messages of the viewer's conversations that say certain words, the newest first. English word forms count as one
 * ("plan" finds "planning"); "quoted words" stand together, `or` and a minus are understood.
 * @throws BadInput for a search of no sense, a page size outside 1–100 or a cursor that this list did not give
 */
export async function searchMessages(
  { em, viewer }: { em: SqlEntityManager; viewer: Viewer },
  { words, first, after }: { words: string; first: number; after?: string | null | undefined },
): Promise<Connection<SearchHit>> {
  const sought = searchWords(words);
  const size = pageSize(first);
  const own = visibleConversationsSql(viewer);
  const rows = await em.execute<{ position: string; excerpt: string; id: string }[]>(
    // Excerpts are made of the page alone: of every message found they would cost more than the search.
    `select page.*, ts_headline('english', text, websearch_to_tsquery('english', ?), ?) as excerpt from (
       select * from message
       where to_tsvector('english', text) @@ websearch_to_tsquery('english', ?) and deleted_at is null and position < ?
         and conversation_id in (select id from conversation where ${own.sql})
       order by position desc limit ?
     ) as page order by position desc`,
    [sought, EXCERPT, sought, positionBefore(after), ...own.values, size + 1],
  );
  const page = rows.slice(0, size).map(({ excerpt, position, ...row }) => ({
    excerpt,
    cursor: String(position),
    message: em.map(Message, row),
  }));
  await em.populate(
    page.map(({ message }) => message),
    ["conversation"],
  );
  const edges = page.map(({ excerpt, cursor, message }) => ({
    cursor,
    node: new SearchHit(message, parts(excerpt)),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: rows.length > size, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

const LAST_POSITION = "9223372036854775807";

function positionBefore(after: string | null | undefined): string {
  if (!after) return LAST_POSITION;
  if (/^\d{1,18}$/.test(after)) return after;
  throw new BadInput("`after` is not a cursor of this list. Give the `endCursor` of its previous page.", {
    cursor: after,
  });
}
