import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import { pageSize } from "@psqm/subgraph/connection";
import { schoolsVisibleTo } from "../school/school.policy.ts";
import { School } from "../school/school.ts";
import { type SearchWords, searchWords } from "./school-search.rules.ts";

/**
 * How much of a word's groups of three letters a school's text must have. "Wodls" has a third of those of "Wolds": two
 * letters that changed places are the commonest slip that leaves least.
 */
const ALIKE = 0.32;

/** The statement of a search and what it is given, so that a test can ask how PostgreSQL goes about it. */
export function searchStatement(
  viewer: Viewer,
  { wanted, all }: SearchWords,
  first: number,
  how: "every word" | "any word" = "every word",
): [string, unknown[]] {
  const visible = schoolsVisibleTo(viewer, "id");
  return [
    `select id from school
     where (${wanted.map(() => "? operator(public.<%) search_text").join(how === "every word" ? " and " : " or ")})
       and ${visible.sql}
     order by ${all.map(() => "public.word_similarity(?, search_text)").join(" + ")} desc, status = 'CLOSED', name, id
     limit ?`,
    [...wanted, ...visible.params, ...all, first],
  ];
}

/**
 * What a search wants set in its transaction. PostgreSQL takes comparing two texts for as cheap as comparing two numbers
 * and would compare with every school, which takes fifty times as long as the index (835 ms and 12 on the whole register).
 */
export const SEARCH_SETTING = `set local pg_trgm.word_similarity_threshold = ${ALIKE}; set local enable_seqscan = off`;

/**
 * The schools that are most like a text, forgiving typing errors, the best match first: those that are like every word,
 * and when there are none, those that are like any.
 * @param first how many, 1 to 100
 * @throws BadInput for a text without words, or too many
 */
export async function searchSchools(
  em: SqlEntityManager,
  viewer: Viewer,
  { text, first }: { text: string; first: number },
): Promise<School[]> {
  const words = searchWords(text);
  pageSize(first);
  return em.transactional(async (tx) => {
    await tx.execute(SEARCH_SETTING);
    const matches = (how: "every word" | "any word") =>
      tx.execute<{ id: string }[]>(...searchStatement(viewer, words, first, how));
    const whole = await matches("every word");
    const rows = whole.length > 0 ? whole : await matches("any word");
    const ids = rows.map(({ id }) => id);
    const found = new Map((await tx.find(School, { id: { $in: ids } })).map((school) => [school.id, school]));
    return ids.flatMap((id) => found.get(id) ?? []);
  });
}
