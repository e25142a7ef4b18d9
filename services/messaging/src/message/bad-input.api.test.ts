import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";

const sam = subjectLeader("sch_wolds", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");
let service: TestSubgraph;
let con: string;
let key = 0;

beforeAll(async () => {
  service = await startTestSubgraph(messaging);
});
afterAll(() => service.close());
beforeEach(async () => {
  con = await converse(service);
});

const send = (viewer: Viewer, text: string, clientKey = `bad-${key++}`) =>
  service.query(viewer, "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id text } }", {
    input: { conversationId: con, text, clientKey },
  });
const draftOf = async (viewer: Viewer): Promise<string | undefined> => {
  const document = "query ($id: ID!) { conversation(id: $id) { draft { text } } }";
  return (await service.query(viewer, document, { id: con })).data.conversation.draft?.text;
};

test.each([
  ["20,000 characters", "x".repeat(20_000), undefined],
  ["a NUL", "before\0after", "beforeafter"],
  ["a control character", "ring \u0007 the bell", undefined],
])("a message with %s is refused by name, and what was typed is kept as draft", async (_, text, kept) => {
  expect(codeOf(await send(sam, text))).toBe("BAD_USER_INPUT");
  expect(await draftOf(sam)).toBe(kept ?? text);
});

test.each([
  ["nothing", ""],
  ["white space", " \n\t "],
])("a message of %s is refused by name", async (_, text) => {
  expect(codeOf(await send(sam, text))).toBe("BAD_USER_INPUT");
});

test.each([
  ["emoji of four bytes and families of them", "👩🏽‍🔬🔬👨‍👩‍👧‍👦"],
  ["10,000 emoji", "🔬".repeat(10_000)],
  ["a script, as the plain text that it is", "<script>alert(1)</script> [x](javascript:alert(1))"],
])("a message with %s is kept as it was typed", async (_, text) => {
  expect((await send(sam, text)).data.sendMessage.text).toBe(text);
  const document = "query ($id: ID!) { conversation(id: $id) { messages { nodes { text } } } }";
  expect((await service.query(lena, document, { id: con })).data.conversation.messages.nodes).toEqual([{ text }]);
});

test("a message to a conversation that one has left is refused, and so is reading on with a cursor of it", async () => {
  await send(sam, "Good morning");
  const left = subjectLeader("sch_elsewhere", "per_sam");
  expect(codeOf(await send(left, "Still here?"))).toBe("NOT_FOUND");
  const stream = service.subscribe(
    left,
    "subscription ($id: ID!) { messageReceived(conversationId: $id, after: 0) { id } }",
    {
      id: con,
    },
  );
  const heard = await stream.next().then(
    ({ value }) => value?.errors,
    (errors: unknown) => errors,
  );
  expect(heard).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: "NOT_FOUND" }) })]);
  await stream.return?.();
});

test("a cursor from another conversation is refused where it leads beyond this one", async () => {
  for (const text of ["1", "2", "3"]) await say(service, sam, con, text);
  const elsewhere = await converse(service);
  const follow = "subscription ($id: ID!) { messageReceived(conversationId: $id, after: 3) { id } }";
  const stream = service.subscribe(sam, follow, { id: elsewhere });
  const heard = await stream.next().then(
    ({ value }) => value?.errors,
    (errors: unknown) => errors,
  );
  expect(heard).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: "CURSOR_AHEAD" }) })]);
  await stream.return?.();
});

test("two sends with one key and different texts: the second is refused, and kept as draft", async () => {
  await send(sam, "First", "bad-same");
  expect(codeOf(await send(sam, "Second", "bad-same"))).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(await draftOf(sam)).toBe("Second");
});
