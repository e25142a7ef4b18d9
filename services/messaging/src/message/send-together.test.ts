import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import { BadInput, NotFound } from "@psqm/refusal/refusal";
import { IdempotencyKeyReused } from "@psqm/subgraph/idempotency";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { headTeacher, hubLeader, subjectLeader } from "@psqm/testing/viewers";
import { Conversation } from "../conversation/conversation.ts";
import { ConversationFrozen } from "../safety/safety.rules.ts";
import { messaging } from "../service.ts";
import { converse } from "../testing/conversations.ts";
import { Message } from "./message.ts";
import { sendMessage } from "./send-message.ts";
import { SendTogether } from "./send-together.ts";

let service: TestSubgraph;
let together: SendTogether;
beforeAll(async () => {
  service = await startTestSubgraph(messaging);
  together = new SendTogether({ database: service.database, signals: service.signals });
});
afterAll(() => service.close());

const lena = hubLeader("hub_humber", "per_lena");
const sam = subjectLeader("sch_wolds", "per_sam");
let con: string;
let other: string;
beforeEach(async () => {
  con = await converse(service);
  other = await converse(service);
});

const send = (viewer: Viewer, text: string, { to = con, key = newId("key"), answerTo = "" } = {}) =>
  sendMessage(service.caller(viewer), { conversationId: to, text, clientKey: key, answerTo }, together.commit).catch(
    (error: Error) => error,
  );

const kept = (conversationId: string) =>
  service.database.em.fork().find(Message, { conversation: conversationId }, { orderBy: { sequence: "asc" } });

const query = <Row>(sql: string, ...values: string[]) => service.database.em.fork().execute<Row[]>(sql, values);

test("fifty at once are one commit, each with its number, its audit entry and its event", async () => {
  service.statements.length = 0;
  const sent = await Promise.all(
    Array.from({ length: 50 }, (_, n) => send(n % 3 ? sam : lena, `message ${n}`, { to: n % 2 ? con : other })),
  );
  expect(
    service.statements.filter((statement) => statement.includes('insert into "messaging"."message"')),
  ).toHaveLength(1);
  for (const conversationId of [con, other]) {
    const messages = await kept(conversationId);
    expect(messages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    expect(messages.map(({ text }) => text)).toEqual(
      sent
        .map((message) => message as Message)
        .filter((m) => m.conversation.id === conversationId)
        .map((m) => m.text),
    );
    const audit = await query<{ actor: string; operation: string; correlation_id: string }>(
      "select actor, operation, correlation_id from audit where subject = ? order by id",
      conversationId,
    );
    const { senderId } = messages[0]!;
    expect(audit).toHaveLength(25);
    expect(audit[0]).toEqual({ actor: senderId, operation: "sendMessage", correlation_id: "test" });
    const told = (await service.emitted("message.sent")).filter(({ aggregate }) => aggregate === conversationId);
    expect(told.map(({ payload }) => (payload as { messageId: string }).messageId)).toEqual(
      messages.map(({ id }) => id),
    );
  }
});

test("one that is refused does not hold up the others, and each is told why", async () => {
  const frozen = await converse(service);
  await query("update conversation set frozen_at = now(), frozen_reason = 'a reason' where id = ?", frozen);
  await send(sam, "once", { key: "used" });
  const outcomes = await Promise.all([
    send(lena, "one"),
    send(headTeacher("sch_wolds"), "not hers"),
    send(sam, "two"),
    send(sam, "  "),
    send(sam, "in the cold", { to: frozen }),
    send(sam, "something else", { key: "used" }),
    send(sam, "an answer to nothing", { answerTo: "msg_none" }),
    send(sam, "nowhere", { to: "con_none" }),
    send(sam, "once", { key: "used" }),
    send(lena, "three"),
  ]);
  const named = (outcome: Message | Error) => (outcome instanceof Error ? outcome.constructor : outcome.sequence);
  expect(outcomes.map(named)).toEqual([
    2,
    NotFound,
    3,
    BadInput,
    ConversationFrozen,
    IdempotencyKeyReused,
    NotFound,
    NotFound,
    1,
    4,
  ]);
  expect((await kept(con)).map(({ text }) => text)).toEqual(["once", "one", "two", "three"]);
  const [draft] = await query<{ text: string }>("select text from draft where conversation_id = ?", frozen);
  expect(draft?.text).toBe("in the cold");
});

test("a message sent twice at once is one; a key for two conversations at once is one message and one refusal", async () => {
  const twice = await Promise.all([send(sam, "Hello", { key: "twice" }), send(sam, "Hello", { key: "twice" })]);
  expect(new Set(twice.map((message) => (message as Message).id)).size).toBe(1);
  const apart = await Promise.all([
    send(sam, "Hello", { key: "apart" }),
    send(sam, "Hello", { key: "apart", to: other }),
    send(lena, "Hello", { key: "apart", to: other }),
  ]);
  expect(apart.map((outcome) => outcome instanceof IdempotencyKeyReused)).toEqual([false, true, false]);
});

test("a conversation that somebody else has locked holds up its own messages only", async () => {
  let late: Promise<Message | Error> | undefined;
  await service.database.em.fork().transactional(async (holder) => {
    await holder.findOneOrFail(Conversation, con, { lockMode: LockMode.PESSIMISTIC_WRITE });
    late = send(sam, "waits");
    const quick = await Promise.all([send(sam, "goes", { to: other }), send(lena, "goes too", { to: other })]);
    expect(quick.map((message) => (message as Message).sequence)).toEqual([1, 2]);
    await until("the other waits for the lock", async () => {
      const [row] = await query<{ waiting: number }>(
        "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return row?.waiting === 1;
    });
  });
  expect(((await late) as Message).sequence).toBe(1);
});
