import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";

let service: TestSubgraph;
let now = new Date("2026-09-01T09:00:00Z");
beforeAll(async () => {
  service = await startTestSubgraph(messaging, { clock: () => now });
});
afterAll(() => service.close());

let con: string;
let hubId: string;
let lena: Viewer;
let count = 0;
const sam = subjectLeader("sch_wolds", "per_sam");
const anna = subjectLeader("sch_chalk", "per_anna");
beforeEach(async () => {
  now = new Date("2026-09-01T09:00:00Z");
  count += 1;
  hubId = `hub_${count}`;
  lena = hubLeader(hubId, `per_lena_${count}`);
  con = await converse(service, { hubId });
});

const shape =
  "id text version editedAt deleted thread { id } quoted { id text } mentioned { id } versions { version text writtenAt }";
let key = 0;
const send = (viewer: Viewer, text: string, more: Record<string, unknown> = {}) =>
  service.query(viewer, `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { ${shape} } }`, {
    input: { conversationId: con, text, clientKey: `key-${key++}`, ...more },
  });
const edit = (viewer: Viewer, messageId: string, text: string, version = 1) =>
  service.query(viewer, `mutation ($input: EditMessageInput!) { editMessage(input: $input) { ${shape} } }`, {
    input: { messageId, text, version },
  });
const remove = (viewer: Viewer, id: string) =>
  service.query(viewer, `mutation ($id: ID!) { deleteMessage(messageId: $id) { ${shape} } }`, { id });
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

test("answers gather in the thread of the message that began it, in order, and an answer to one joins it", async () => {
  const { id } = await say(service, lena, con, "How is the action plan?");
  const first = (await send(sam, "Nearly there", { answerTo: id })).data.sendMessage;
  expect(first.thread).toEqual({ id });
  expect((await send(lena, "Good", { answerTo: first.id })).data.sendMessage.thread).toEqual({ id });
  await send(sam, "Elsewhere");
  const { data } = await service.query(
    sam,
    "query ($id: ID!) { conversation(id: $id) { messages { nodes { text answers(first: 1) { nodes { text } pageInfo { hasNextPage endCursor } } } } } }",
    { id: con },
  );
  const [opening, ...others] = data.conversation.messages.nodes;
  expect(opening.answers).toEqual({
    nodes: [{ text: "Nearly there" }],
    pageInfo: { hasNextPage: true, endCursor: "2" },
  });
  expect(others.every(({ answers }: { answers: { nodes: [] } }) => answers.nodes.length === 0)).toBe(true);
});

test("what is quoted is shown as it is now; once deleted it has no words", async () => {
  const { id } = await say(service, lena, con, "Vision due on Friday");
  const quoting = (await send(sam, "This one?", { quote: id })).data.sendMessage;
  expect(quoting.quoted).toEqual({ id, text: "Vision due on Friday" });
  await remove(lena, id);
  const { data } = await service.entities(
    sam,
    [{ __typename: "Message", id: quoting.id }],
    "... on Message { quoted { text } }",
  );
  expect(data._entities).toEqual([{ quoted: { text: "" } }]);
});

test("a message of another conversation, or none, is neither answered nor quoted; nor is a deleted one", async () => {
  const other = await converse(service, { hubId });
  const elsewhere = await say(service, lena, other, "Elsewhere");
  const gone = await say(service, lena, con, "Gone");
  await remove(lena, gone.id);
  for (const relation of ["answerTo", "quote"]) {
    expect(codeOf(await send(sam, "?", { [relation]: elsewhere.id }))).toBe("NOT_FOUND");
    expect(codeOf(await send(sam, "?", { [relation]: "msg_none" }))).toBe("NOT_FOUND");
    expect(codeOf(await send(sam, "?", { [relation]: gone.id }))).toBe("MESSAGE_DELETED");
  }
});

test("whoever takes part now can be mentioned, and nobody else", async () => {
  const tell = (type: string, payload: object) => service.deliver("people", type, "any", payload);
  await tell("hub-appointment.started", { appointmentId: `app_${count}`, hubId, personId: lena.personId });
  await tell("school-membership.started", {
    membershipId: "mem_1",
    schoolId: "sch_wolds",
    personId: "per_sam",
    role: "SUBJECT_LEADER",
  });
  await tell("school-membership.started", {
    membershipId: "mem_2",
    schoolId: "sch_wolds",
    personId: "per_head",
    role: "HEAD_TEACHER",
  });
  const { data } = await service.query(sam, "query ($id: ID!) { conversation(id: $id) { members { id } } }", {
    id: con,
  });
  expect(data.conversation.members).toEqual([{ id: lena.personId }, { id: "per_sam" }]);
  const mentions = [lena.personId, lena.personId];
  expect((await send(sam, "Look", { mentions })).data.sendMessage.mentioned).toEqual([{ id: lena.personId }]);
  const refused = await send(sam, "Look", { mentions: ["per_head", lena.personId] });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "NOBODY_HERE", personIds: ["per_head"] });
  await tell("hub-appointment.ended", { appointmentId: `app_${count}` });
  await tell("school-membership.ended", { membershipId: "mem_1" });
  expect(codeOf(await send(sam, "Look", { mentions }))).toBe("NOBODY_HERE");
});

test("one key with another relation is another message", async () => {
  const { id } = await say(service, lena, con, "One");
  await send(sam, "Yes", { clientKey: `same-${count}`, answerTo: id });
  expect((await send(sam, "Yes", { clientKey: `same-${count}`, answerTo: id })).errors).toBeUndefined();
  expect(codeOf(await send(sam, "Yes", { clientKey: `same-${count}` }))).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(codeOf(await send(sam, "Yes", { clientKey: `same-${count}`, answerTo: id, quote: id }))).toBe(
    "IDEMPOTENCY_KEY_REUSED",
  );
});

test("a sender corrects their message for fifteen minutes; what it said before stays", async () => {
  const { id } = await say(service, sam, con, "Frist");
  later(5);
  const { data } = await edit(sam, id, " First ");
  expect(data.editMessage).toMatchObject({
    text: "First",
    version: 2,
    editedAt: "2026-09-01T09:05:00.000Z",
    versions: [{ version: 1, text: "Frist", writtenAt: "2026-09-01T09:00:00.000Z" }],
  });
  expect((await edit(sam, id, "First", 2)).data.editMessage.version).toBe(2);
  const stale = await edit(sam, id, "Other", 1);
  expect(stale.errors?.[0]?.extensions).toMatchObject({
    code: "STALE_VERSION",
    current: { version: 2, text: "First" },
  });
  expect(codeOf(await edit(sam, id, " ", 2))).toBe("BAD_USER_INPUT");
  later(10);
  expect((await edit(sam, id, "First!", 2)).data.editMessage.versions).toHaveLength(2);
  later(0.001);
  expect(codeOf(await edit(sam, id, "Too late", 3))).toBe("EDIT_WINDOW_OVER");
});

test("a deleted message keeps its place and nothing of its words, for good", async () => {
  const { id } = await say(service, sam, con, "Wrong window");
  await edit(sam, id, "Still the wrong window");
  later(60);
  const { data } = await remove(sam, id);
  expect(data.deleteMessage).toMatchObject({ text: "", deleted: true, versions: [] });
  expect((await remove(sam, id)).data.deleteMessage.deleted).toBe(true);
  expect(codeOf(await edit(sam, id, "Back", 2))).toBe("MESSAGE_DELETED");
  const read = await service.query(
    lena,
    `query ($id: ID!) { conversation(id: $id) { unreadCount messages { nodes { sequence ${shape} } } } }`,
    { id: con },
  );
  expect(read.data.conversation).toMatchObject({ unreadCount: 0, messages: { nodes: [{ sequence: 1, text: "" }] } });
  expect(JSON.stringify(read)).not.toContain("rong window");
});

test("a message of another is not corrected or deleted; one that is not seen is not found", async () => {
  const { id } = await say(service, sam, con, "Mine");
  expect(codeOf(await edit(lena, id, "Yours"))).toBe("FORBIDDEN");
  expect(codeOf(await remove(lena, id))).toBe("FORBIDDEN");
  for (const viewer of [anna, hubLeader("hub_elsewhere")]) {
    for (const missing of [id, "msg_none"]) {
      expect(codeOf(await edit(viewer, missing, "?"))).toBe("NOT_FOUND");
      expect(codeOf(await remove(viewer, missing))).toBe("NOT_FOUND");
    }
  }
});

test("of two corrections of one version at the same moment one is refused and nothing is lost", async () => {
  const { id } = await say(service, sam, con, "Draft");
  const outcomes = await Promise.all([edit(sam, id, "One"), edit(sam, id, "Two")]);
  expect(outcomes.map(codeOf).sort()).toEqual(["STALE_VERSION", undefined]);
});

test("whoever has a message hears of its correction and deletion; who comes back hears of what they missed", async () => {
  const document = "subscription ($after: String) { inbox(after: $after) { cursor changed message { text deleted } } }";
  const { id } = await say(service, sam, con, "Frist");
  const stream = service.subscribe(lena, document, { after: "" });
  const next = async () => (await stream.next()).value?.data?.["inbox"] as { cursor: string };
  const first = await next();
  expect(first).toMatchObject({ changed: false, message: { text: "Frist" } });
  await edit(sam, id, "First");
  expect(await next()).toMatchObject({ changed: true, message: { text: "First" } });
  await stream.return?.();

  await say(service, sam, con, "Second");
  await remove(sam, id);
  const back = service.subscribe(lena, document, { after: first.cursor });
  const missed = [(await back.next()).value?.data, (await back.next()).value?.data];
  expect(missed).toMatchObject([
    { inbox: { changed: true, message: { text: "", deleted: true } } },
    { inbox: { changed: false, message: { text: "Second" } } },
  ]);
  await back.return?.();
});

const draft = async (viewer: Viewer) =>
  (await service.query(viewer, "query ($id: ID!) { conversation(id: $id) { draft { text version } } }", { id: con }))
    .data.conversation.draft;
const saveDraft = (viewer: Viewer, text: string, version: number) =>
  service.query(viewer, "mutation ($input: SaveDraftInput!) { saveDraft(input: $input) { draft { text version } } }", {
    input: { conversationId: con, text, version },
  });

test("a draft is one's own, and a device that is behind does not undo another", async () => {
  expect(await draft(sam)).toBeNull();
  expect((await saveDraft(sam, " Dear Lena\n", 0)).data.saveDraft.draft).toEqual({ text: " Dear Lena\n", version: 1 });
  const stale = await saveDraft(sam, "Other", 0);
  expect(stale.errors?.[0]?.extensions).toMatchObject({
    code: "STALE_VERSION",
    current: { version: 1, text: " Dear Lena\n" },
  });
  expect(await draft(lena)).toBeNull();
  expect(codeOf(await saveDraft(anna, "Hello", 0))).toBe("NOT_FOUND");
});

test("what is sent is no draft any more; what was typed beyond it stays", async () => {
  await saveDraft(sam, "Dear Lena ", 0);
  await send(sam, "Dear Lena");
  expect(await draft(sam)).toEqual({ text: "", version: 2 });
  await saveDraft(sam, "And another thing", 2);
  await send(sam, "And");
  expect((await draft(sam)).text).toBe("And another thing");
});

test.each([
  ["too long", "x".repeat(20_000), {}],
  ["with control characters", "a\u001bb", {}],
  ["with a reused key", "Another text", { clientKey: "used" }],
  ["that quotes what is not there", "As you say", { quote: "msg_none" }],
])("a text %s is refused and kept as draft, beside what was there", async (_why, text, more) => {
  if ("clientKey" in more) await send(sam, "Said before", more);
  await saveDraft(sam, "Begun before", 0);
  expect((await send(sam, text, more)).errors).toHaveLength(1);
  expect((await draft(sam)).text).toBe(`Begun before\n\n${text}`);
  await send(sam, text, more);
  expect((await draft(sam)).text).toBe(`Begun before\n\n${text}`);
});

test("a text refused for a NUL is kept without it; who takes no part leaves no draft", async () => {
  expect(codeOf(await send(sam, "a\0b"))).toBe("BAD_USER_INPUT");
  expect((await draft(sam)).text).toBe("ab");
  expect(codeOf(await send(anna, "Hello"))).toBe("NOT_FOUND");
  const [row] = await service.database.em
    .fork()
    .execute<{ count: number }[]>("select count(*)::int as count from draft where person_id = 'per_anna'");
  expect(row!.count).toBe(0);
});
