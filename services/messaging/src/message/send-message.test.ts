import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import { BadInput, NotFound } from "@psqm/refusal/refusal";
import { IdempotencyKeyReused } from "@psqm/subgraph/idempotency";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { headTeacher, hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import { Conversation } from "../conversation/conversation.ts";
import { messaging } from "../service.ts";
import { Message } from "./message.ts";
import { sendMessage } from "./send-message.ts";

let service: TestSubgraph;
const sam = subjectLeader("sch_wolds", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");

beforeAll(async () => {
  service = await startTestSubgraph(messaging);
});
afterAll(() => service.close());

let con: string;
beforeEach(async () => {
  con = await converse();
});

async function converse(): Promise<string> {
  const em = service.database.em.fork();
  const id = newId("con");
  em.create(Conversation, {
    id,
    enrolmentId: newId("enr"),
    schoolId: "sch_wolds",
    hubId: "hub_humber",
    startedAt: new Date(),
  });
  await em.flush();
  return id;
}

const send = (viewer: Viewer, text: string, clientKey = newId("key"), conversationId = con) =>
  sendMessage(service.caller(viewer), { conversationId, text, clientKey });

const kept = (conversationId = con) =>
  service.database.em.fork().find(Message, { conversation: conversationId }, { orderBy: { sequence: "asc" } });

/** Runs `attempts` while what they need is held until all of them queue behind it, so that they truly overlap. */
async function atOnce<T>(
  attempts: (() => Promise<T>)[],
  hold: (em: SqlEntityManager) => Promise<unknown>,
): Promise<(T | Error)[]> {
  const running = await service.database.em.fork().transactional(async (holder) => {
    await hold(holder);
    const queued = attempts.map((attempt) => attempt().catch((error: Error) => error));
    await until("all attempts queue behind the lock", async () => (await blocked()) === attempts.length);
    return queued;
  });
  return Promise.all(running);

  async function blocked(): Promise<number> {
    const [row] = await service.database.em
      .fork()
      .execute<{ count: number }[]>(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
    return row?.count ?? 0;
  }
}

const theConversation = (em: SqlEntityManager) =>
  em.findOneOrFail(Conversation, con, { lockMode: LockMode.PESSIMISTIC_WRITE });

test("a message is kept under the next number and told to the other services without its text", async () => {
  const first = await send(sam, "  Our science week is planned. 🔬 ");
  const second = await send(lena, "Well done!");
  expect(await kept()).toMatchObject([
    { id: first.id, sequence: 1, senderId: "per_sam", text: "Our science week is planned. 🔬" },
    { id: second.id, sequence: 2, senderId: "per_lena", text: "Well done!" },
  ]);
  const told = (await service.emitted("message.sent")).filter(({ aggregate }) => aggregate === con);
  expect(told.map(({ payload }) => payload)).toMatchObject([
    {
      messageId: first.id,
      conversationId: con,
      schoolId: "sch_wolds",
      hubId: "hub_humber",
      sequence: 1,
      senderId: "per_sam",
    },
    { messageId: second.id, sequence: 2, senderId: "per_lena" },
  ]);
  expect(JSON.stringify(told)).not.toContain("science week");
});

test("the same key and text give the same message; the white space of the ends makes no difference", async () => {
  const first = await send(sam, "Hello", "key-1");
  expect((await send(sam, " Hello ", "key-1")).id).toBe(first.id);
  expect(await kept()).toHaveLength(1);
  expect((await send(sam, "Hello again", "key-2")).sequence).toBe(2);
});

test("a key that stands for another text or another conversation is refused; another sender's is their own", async () => {
  await send(sam, "Hello", "key-3");
  await expect(send(sam, "Goodbye", "key-3")).rejects.toThrow(IdempotencyKeyReused);
  await expect(send(sam, "Hello", "key-3", await converse())).rejects.toThrow(IdempotencyKeyReused);
  expect((await send(lena, "Hello", "key-3")).sequence).toBe(2);
});

test.each([
  ["the head teacher", headTeacher("sch_wolds")],
  ["the programme team", programmeTeam()],
  ["another school's subject leader", subjectLeader("sch_other")],
  ["another hub's leader", hubLeader("hub_other")],
])("%s finds no such conversation", async (_who, viewer) => {
  const refusal = await send(viewer, "Hello").catch((error: Error) => error);
  expect(refusal).toBeInstanceOf(NotFound);
  const missing = await send(viewer, "Hello", "some-key", "con_missing").catch((error: Error) => error);
  expect((refusal as Error).message.replace(con, "con_missing")).toBe((missing as Error).message);
  expect(await kept()).toEqual([]);
});

test.each([
  ["the second participant", secondParticipant("sch_wolds")],
  ["a mentor of the hub", mentor("hub_humber")],
])("%s takes part", async (_who, viewer) => {
  expect((await send(viewer, "Hello")).sequence).toBe(1);
});

test("a refused text leaves nothing, not even a number", async () => {
  await expect(send(sam, "  ")).rejects.toThrow(BadInput);
  expect((await send(sam, "Hello")).sequence).toBe(1);
});

test("of many who send at the same moment each gets a number of their own, without a gap", async () => {
  const attempts = Array.from({ length: 6 }, (_, n) => () => send(n % 2 ? sam : lena, `message ${n}`));
  const sent = await atOnce(attempts, theConversation);
  expect(sent.map((message) => (message as Message).sequence).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await kept()).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  const told = (await service.emitted("message.sent")).filter(({ aggregate }) => aggregate === con);
  expect(told.map(({ payload }) => (payload as { sequence: number }).sequence)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("the same message sent several times at the same moment is one message", async () => {
  const sent = await atOnce(
    [1, 2, 3].map(() => () => send(sam, "Hello", "key-4")),
    theConversation,
  );
  expect(new Set(sent.map((message) => (message as Message).id)).size).toBe(1);
  expect(await kept()).toHaveLength(1);
});

test("one key in two conversations at the same moment: one message, one refusal", async () => {
  const other = await converse();
  const sent = await atOnce(
    [() => send(sam, "Hello", "key-5"), () => send(sam, "Hello", "key-5", other)],
    // Both pass their look for an earlier message before either may insert one.
    (em) => em.execute("lock table messaging.message in share mode"),
  );
  expect(sent.filter((outcome) => outcome instanceof IdempotencyKeyReused)).toHaveLength(1);
  expect(await kept()).toHaveLength(sent[0] instanceof Error ? 0 : 1);
  expect(await kept(other)).toHaveLength(sent[1] instanceof Error ? 0 : 1);
});
