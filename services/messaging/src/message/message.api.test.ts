import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { headTeacher, hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingResources } from "../resources.ts";
import { messaging } from "../service.ts";
import { sendMessage } from "./send-message.ts";

let service: TestSubgraph;
let live: MessagingResources;
const sam = subjectLeader("sch_wolds", "per_sam");
const anna = subjectLeader("sch_chalk", "per_anna");
const lena = hubLeader("hub_humber", "per_lena");

beforeAll(async () => {
  service = await startTestSubgraph({
    ...messaging,
    // The service's own, seen from here too: how many streams wait is no business of its clients.
    open: async (deps) => {
      live = (await messaging.open?.(deps)) as MessagingResources;
      return live;
    },
  });
});
afterAll(() => service.close());

let con: string;
let enrolmentId: string;
/** Whether a subscriber has found out where it stands, so that whatever is said from here on comes after. */
const stands = () => service.statements.some((statement) => statement.includes("conversation"));

beforeEach(async () => {
  enrolmentId = newId("enr");
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, {
    enrolmentId,
    schoolId: "sch_wolds",
    hubId: "hub_humber",
    schoolName: "Wolds Edge Primary School",
  });
  con = (await service.database.em.fork().findOneOrFail(Conversation, { enrolmentId })).id;
});

const send = (text: string, viewer: Viewer = lena) =>
  sendMessage(service.caller(viewer), { conversationId: con, text, clientKey: newId("key") });

const followed =
  "subscription ($id: ID!, $after: Int) { messageReceived(conversationId: $id, after: $after) { sequence text sender { id } conversation { id school { id } } } }";
const follow = (viewer: Viewer, after?: number | null) => service.subscribe(viewer, followed, { id: con, after });

/** Statements on our own tables; the relay of events has its own all the while. */
const readings = () => service.statements.filter((statement) => statement.includes("conversation"));

interface Heard {
  sequence: number;
  text: string;
}
type Stream = ReturnType<TestSubgraph["subscribe"]>;

async function hear(stream: Stream, count: number): Promise<Heard[]> {
  const heard: Heard[] = [];
  while (heard.length < count) {
    const { value, done } = await stream.next();
    if (done) break;
    if (value.errors) throw new Error(JSON.stringify(value.errors));
    heard.push(value.data?.["messageReceived"] as Heard);
  }
  return heard;
}

const refusal = async (stream: Stream) => {
  const outcome = await stream.next().then(
    ({ value }) => value?.errors,
    (errors: unknown) => errors,
  );
  await stream.return?.();
  return (outcome as { extensions: { code: string } }[])[0]?.extensions.code;
};

test("a confirmed enrolment gets one conversation, however often it is told", async () => {
  const again = { enrolmentId, schoolId: "sch_wolds", hubId: "hub_humber" };
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, again);
  expect(await service.database.em.fork().count(Conversation, { enrolmentId })).toBe(1);
});

test("one who sends is answered with the message, and the others read it in pages by sequence", async () => {
  const mutation =
    "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id sequence text sentAt sender { id } conversation { id lastSequence } } }";
  const input = { conversationId: con, text: "Hello 🔬", clientKey: "api-key-1" };
  const { data } = await service.query(sam, mutation, { input });
  expect(data.sendMessage).toMatchObject({
    sequence: 1,
    text: "Hello 🔬",
    sender: { id: "per_sam" },
    conversation: { id: con, lastSequence: 1 },
  });
  expect((await service.query(sam, mutation, { input })).data.sendMessage.id).toBe(data.sendMessage.id);
  const reused = await service.query(sam, mutation, { input: { ...input, text: "Other" } });
  expect(reused.errors?.[0]?.extensions.code).toBe("IDEMPOTENCY_KEY_REUSED");

  for (let n = 2; n <= 5; n += 1) await send(`message ${n}`);
  const page =
    "query ($id: ID!, $after: Int) { conversation(id: $id) { messages(first: 2, after: $after) { edges { cursor } nodes { sequence } pageInfo { hasNextPage endCursor } } } }";
  const read = async (after: number | null) =>
    (await service.query(lena, page, { id: con, after })).data.conversation.messages;
  expect(await read(null)).toEqual({
    edges: [{ cursor: "1" }, { cursor: "2" }],
    nodes: [{ sequence: 1 }, { sequence: 2 }],
    pageInfo: { hasNextPage: true, endCursor: "2" },
  });
  expect((await read(3)).nodes).toEqual([{ sequence: 4 }, { sequence: 5 }]);
  expect((await read(3)).pageInfo.hasNextPage).toBe(false);
  expect((await read(5)).pageInfo).toEqual({ hasNextPage: false, endCursor: null });
  const bad = await service.query(lena, page, { id: con, after: -1 });
  expect(bad.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

test("conversations are found by id, by enrolment and in a list, by those who take part in them alone", async () => {
  const byId = "query ($id: ID!) { conversation(id: $id) { id enrolment { id } school { id } } }";
  const byEnrolment = "query ($id: ID!) { conversation(enrolmentId: $id) { id } }";
  const list = "{ conversations(first: 100) { nodes { id } } }";
  expect((await service.query(sam, byId, { id: con })).data.conversation).toEqual({
    id: con,
    enrolment: { id: enrolmentId },
    school: { id: "sch_wolds" },
  });
  expect((await service.query(lena, byEnrolment, { id: enrolmentId })).data.conversation.id).toBe(con);
  expect((await service.query(sam, list)).data.conversations.nodes).toContainEqual({ id: con });

  expect((await service.query(anna, list)).data.conversations.nodes).toEqual([]);
  const hidden = await service.query(anna, byId, { id: con });
  const missing = await service.query(anna, byId, { id: "con_missing" });
  expect(hidden.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  expect(JSON.parse(JSON.stringify(hidden).replaceAll(con, "con_missing"))).toEqual(missing);
  expect((await service.query(programmeTeam(), list)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  for (const both of ["{ conversation { id } }", '{ conversation(id: "con_1", enrolmentId: "enr_1") { id } }']) {
    expect((await service.query(sam, both)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  }
});

test("as entities, conversations and messages show themselves to those who take part, each kind in one statement", async () => {
  const message = await send("Hello");
  const others = await Promise.all(Array.from({ length: 20 }, (_, n) => send(`message ${n}`)));
  const references = [
    { __typename: "Conversation", id: con },
    ...[message, ...others].map(({ id }) => ({ __typename: "Message", id })),
    { __typename: "Enrolment", id: enrolmentId },
    { __typename: "Enrolment", id: "enr_missing" },
  ];
  const selection =
    "... on Conversation { id } ... on Message { text } ... on Enrolment { conversation { id messages(first: 3) { nodes { sequence } } } }";
  service.statements.length = 0;
  const { data } = await service.entities(sam, references, selection);
  expect(data._entities).toHaveLength(24);
  expect(data._entities[0]).toEqual({ id: con });
  expect(data._entities.slice(1, 22).every((found: { text?: string }) => found.text)).toBe(true);
  expect(data._entities[22].conversation.messages.nodes).toEqual([{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }]);
  expect(data._entities[23]).toEqual({ conversation: null });
  // Conversations by id, by enrolment, messages by id, pages of messages.
  expect(readings()).toHaveLength(4);

  for (const viewer of [anna, headTeacher("sch_wolds"), programmeTeam()]) {
    const unseen = await service.entities(viewer, references, selection);
    expect(unseen.data._entities.slice(0, 22).every((found: unknown) => found === null)).toBe(true);
    expect(unseen.data._entities[22]).toEqual({ conversation: null });
  }
});

test("the messages of many conversations are read in one statement", async () => {
  await send("Hello");
  service.statements.length = 0;
  const { data } = await service.query(sam, "{ conversations { nodes { messages { nodes { text } } } } }");
  expect(data.conversations.nodes.length).toBeGreaterThan(1);
  expect(readings()).toHaveLength(2);
});

test("a subscriber gets what it missed first and then what comes, with sender and school", async () => {
  await send("one");
  await send("two");
  const stream = follow(sam, 0);
  expect(await hear(stream, 2)).toMatchObject([{ text: "one" }, { text: "two" }]);
  await send("three");
  expect(await hear(stream, 1)).toEqual([
    { sequence: 3, text: "three", sender: { id: "per_lena" }, conversation: { id: con, school: { id: "sch_wolds" } } },
  ]);
  await stream.return?.();
});

test("without a last sequence a subscriber hears what comes from now on", async () => {
  await send("before");
  service.statements.length = 0;
  const stream = follow(sam);
  const heard = hear(stream, 1);
  await until("the stream waits", stands);
  await send("after");
  expect(await heard).toMatchObject([{ sequence: 2, text: "after" }]);
  await stream.return?.();
});

test("a hundred messages reach a subscriber who is cut off again and again, each once and in order", async () => {
  const sending = (async () => {
    for (let n = 1; n <= 100; n += 1) await send(`message ${n}`);
  })();
  const heard: number[] = [];
  for (let cut = 0; heard.length < 100; cut += 1) {
    const stream = follow(sam, heard.at(-1) ?? 0);
    const part = await hear(stream, Math.min(1 + ((cut * 7) % 13), 100 - heard.length));
    heard.push(...part.map(({ sequence }) => sequence));
    await stream.return?.();
  }
  await sending;
  expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  await until("nothing is left behind", () => live.feed.size === 0);
});

test("messages of concurrent senders reach every subscriber, each once and in order", async () => {
  const streams = [follow(sam, 0), follow(lena, 0), follow(sam, 0)];
  const heard = streams.map((stream) => hear(stream, 40));
  await Promise.all(
    [sam, lena].flatMap((viewer) => Array.from({ length: 20 }, (_, n) => send(`${viewer.personId} ${n}`, viewer))),
  );
  for (const messages of await Promise.all(heard)) {
    expect(messages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  }
  await Promise.all(streams.map((stream) => stream.return?.()));
  await until("nothing is left behind", () => live.feed.size === 0);
});

test("a lost listening connection loses no message", async () => {
  const stream = follow(sam, 0);
  const heard = hear(stream, 2);
  await send("before");
  await until("the stream waits", () => live.feed.size === 1);
  const em = service.database.em.fork();
  await em.execute(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'psqm-listen'",
  );
  await send("while nobody listened");
  expect(await heard).toMatchObject([{ text: "before" }, { text: "while nobody listened" }]);
  await stream.return?.();
});

test("one who leaves while nothing comes leaves nothing behind", async () => {
  const stream = follow(sam, 0);
  const waiting = stream.next();
  await until("the stream waits", () => live.feed.size === 1);
  await stream.return?.();
  expect((await waiting).done).toBe(true);
  await until("nothing is left behind", () => live.feed.size === 0);
});

test.each([1, -1])("after %i of an empty conversation is refused", async (after) => {
  expect(await refusal(follow(sam, after))).toBe("CURSOR_AHEAD");
});

test("a conversation that one has no part in cannot be followed", async () => {
  expect(await refusal(follow(anna))).toBe("NOT_FOUND");
  expect(await refusal(follow(headTeacher("sch_wolds")))).toBe("FORBIDDEN");
  expect(live.feed.size).toBe(0);
});

test("a conversation that passes to another hub is silent to the old one from then on", async () => {
  const stream = follow(lena, 0);
  await send("before");
  expect(await hear(stream, 1)).toMatchObject([{ text: "before" }]);
  await service.database.em.fork().nativeUpdate(Conversation, { id: con }, { hubId: "hub_thames" });
  await send("after", sam);
  // The stream itself ends: an event with an error in it would have been the same as going on.
  await expect(stream.next()).rejects.toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
  await until("nothing is left behind", () => live.feed.size === 0);
});

test("a service that is stopped lets its subscribers go, and does not wait for them", async () => {
  const stopping = await startTestSubgraph(messaging);
  await stopping.deliver("programme", "enrolment.confirmed", "enr_stop", {
    enrolmentId: "enr_stop",
    schoolId: "sch_wolds",
    hubId: "hub_humber",
  });
  const conversation = await stopping.database.em.fork().findOneOrFail(Conversation, { enrolmentId: "enr_stop" });
  const stream = stopping.subscribe(sam, followed, { id: conversation.id, after: 0 });
  await sendMessage(stopping.caller(lena), {
    conversationId: conversation.id,
    text: "Hello",
    clientKey: "before-stop",
  });
  await hear(stream, 1);
  const waiting = stream.next().then(
    () => "went on",
    () => "cut",
  );
  await stopping.close();
  expect(await waiting).toBe("cut");
});

test("a conversation goes along to another hub, and whoever followed it from the former hears nothing more", async () => {
  const rafael = hubLeader("hub_thames", "per_rafael");
  const stream = follow(lena, 0);
  await send("Welcome.");
  expect(await hear(stream, 1)).toMatchObject([{ text: "Welcome." }]);
  const next = refusal(stream);
  await service.deliver("programme", "enrolment.moved", enrolmentId, { enrolmentId, hubId: "hub_thames" });
  await send("Hello from the other hub.", rafael);
  expect(await next).toBe("NOT_FOUND");
  await expect(send("Am I still here?")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await hear(follow(rafael, 0), 2)).toMatchObject([{ text: "Welcome." }, { text: "Hello from the other hub." }]);
  await service.deliver("programme", "enrolment.moved", "enr_never", { enrolmentId: "enr_never", hubId: "hub_thames" });
});
