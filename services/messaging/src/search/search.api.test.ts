import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, subjectLeader } from "@psqm/testing/viewers";
import { deleteMessage } from "../message/delete-message.ts";
import { editMessage } from "../message/edit-message.ts";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";

let service: TestSubgraph;
const lena = hubLeader("hub_humber", "per_lena");
const sam = subjectLeader("sch_wolds", "per_sam");
const anna = subjectLeader("sch_chalk", "per_anna");
const rafael = hubLeader("hub_thames", "per_rafael");
let wolds: string;
let dales: string;
let chalk: string;

beforeAll(async () => {
  service = await startTestSubgraph(messaging);
  wolds = await converse(service, { schoolId: "sch_wolds", hubId: "hub_humber" });
  dales = await converse(service, { schoolId: "sch_dales", hubId: "hub_humber" });
  chalk = await converse(service, { schoolId: "sch_chalk", hubId: "hub_thames" });
  await say(service, lena, wolds, "Your action plan is due in November.");
  await say(service, sam, wolds, "We are <b>planning</b> a science week & an enquiry.");
  await say(service, lena, dales, "A plan for the dales");
  await say(service, rafael, chalk, "The plan of another school");
});
afterAll(() => service.close());

interface Hit {
  message: { text: string };
  excerpt: { text: string; found: boolean }[];
}
const search = (viewer: Viewer, words: string, page: { first?: number; after?: string } = {}) =>
  service.query(
    viewer,
    "query ($words: String!, $first: Int = 20, $after: String) { searchMessages(words: $words, first: $first, after: $after) { nodes { message { text conversation { id } } excerpt { text found } } pageInfo { hasNextPage endCursor } } }",
    { words, ...page },
  );
const texts = async (viewer: Viewer, words: string) =>
  (await search(viewer, words)).data.searchMessages.nodes.map(({ message }: Hit) => message.text);

test("one finds what was said in one's own conversations, in any form of the word, the newest first", async () => {
  expect(await texts(lena, "plan")).toEqual([
    "A plan for the dales",
    "We are <b>planning</b> a science week & an enquiry.",
    "Your action plan is due in November.",
  ]);
  expect(await texts(sam, "plans")).toHaveLength(2);
  expect(await texts(anna, "plan")).toEqual(["The plan of another school"]);
  expect(await texts(subjectLeader("sch_none"), "plan")).toEqual([]);
});

test("quoted words stand together, a minus leaves out, and words of no weight find nothing", async () => {
  expect(await texts(lena, '"action plan"')).toEqual(["Your action plan is due in November."]);
  expect(await texts(lena, "plan -dales -science")).toEqual(["Your action plan is due in November."]);
  for (const words of ["the", "-", '"', "' or 1=1 --", "xylophone", "%", "🔬"])
    expect(await texts(lena, words)).toEqual([]);
});

test("what was found is marked in parts of plain text", async () => {
  const { data } = await search(sam, "science");
  expect(data.searchMessages.nodes[0].excerpt).toEqual([
    // PostgreSQL leaves out of an excerpt what looks like markup; the message itself is as it was written.
    { text: "planning  a ", found: false },
    { text: "science", found: true },
    { text: " week & an enquiry", found: false },
  ]);
});

test("pages follow one another without gap or repeat", async () => {
  const first = (await search(lena, "plan", { first: 2 })).data.searchMessages;
  expect(first.pageInfo.hasNextPage).toBe(true);
  const second = (await search(lena, "plan", { first: 2, after: first.pageInfo.endCursor })).data.searchMessages;
  expect(second.nodes.map(({ message }: Hit) => message.text)).toEqual(["Your action plan is due in November."]);
  expect(second.pageInfo.hasNextPage).toBe(false);
});

test("a corrected message is found by what it says now, a deleted one not at all", async () => {
  const { id } = await say(service, sam, wolds, "A volcano");
  await editMessage(service.caller(sam), { messageId: id, text: "A magnet", version: 1 });
  expect(await texts(lena, "volcano")).toEqual([]);
  expect(await texts(lena, "magnets")).toEqual(["A magnet"]);
  await deleteMessage(service.caller(sam), id);
  expect(await texts(lena, "magnets")).toEqual([]);
});

test.each(["", " ", "x".repeat(201)])(
  "a search for %j is refused, and so is a cursor of another list",
  async (words) => {
    expect(codeOf(await search(lena, words))).toBe("BAD_USER_INPUT");
    expect(codeOf(await search(lena, "plan", { after: "WyJjb24iXQ" }))).toBe("BAD_USER_INPUT");
  },
);

test("a search goes by the index of words, and costs two statements", async () => {
  const em = service.database.em.fork();
  const plan = await em.transactional(async (tx) => {
    await tx.execute("set local enable_seqscan = off");
    return tx.execute<{ "QUERY PLAN": string }[]>(
      "explain select * from message where to_tsvector('english', text) @@ websearch_to_tsquery('english', 'plan') and deleted_at is null",
    );
  });
  expect(JSON.stringify(plan)).toContain("message_by_words");
  service.statements.length = 0;
  await search(lena, "plan");
  expect(service.statements).toHaveLength(2);
});
