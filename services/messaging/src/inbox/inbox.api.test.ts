import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { headTeacher, hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import type { MessagingResources } from "../resources.ts";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";
import { positionNow } from "./follow-inbox.ts";
import { inboxCursor } from "./inbox-cursor.rules.ts";

let service: TestSubgraph;
let live: MessagingResources;
beforeAll(async () => {
  service = await startTestSubgraph({
    ...messaging,
    open: async (deps) => {
      live = (await messaging.open?.(deps)) as MessagingResources;
      return live;
    },
  });
});
afterAll(() => service.close());

let hubId: string;
let wolds: string;
let dales: string;
let elsewhere: string;
let lena: Viewer;
let count = 0;
const sam = subjectLeader("sch_wolds", "per_sam");
/** Whether a subscriber has found out where it stands, so that whatever is said from here on comes after. */
const stands = () => service.statements.some((statement) => statement.includes("conversation"));

beforeEach(async () => {
  count += 1;
  hubId = `hub_${count}`;
  lena = hubLeader(hubId, "per_lena");
  wolds = await converse(service, { schoolId: "sch_wolds", hubId });
  dales = await converse(service, { schoolId: "sch_dales", hubId });
  elsewhere = await converse(service, { schoolId: "sch_else", hubId: "hub_else" });
});

const inbox =
  "subscription ($after: String) { inbox(after: $after) { cursor message { text sequence conversation { id } sender { id } } } }";
const follow = (viewer: Viewer, after?: string) => service.subscribe(viewer, inbox, { after });

interface Entry {
  cursor: string;
  message: { text: string; sequence: number; conversation: { id: string } };
}

async function hear(stream: ReturnType<typeof follow>, number: number): Promise<Entry[]> {
  const heard: Entry[] = [];
  while (heard.length < number) {
    const { value, done } = await stream.next();
    if (done) break;
    if (value.errors) throw new Error(JSON.stringify(value.errors));
    heard.push(value.data?.["inbox"] as Entry);
  }
  return heard;
}

const texts = (entries: Entry[]) => entries.map(({ message }) => message.text);

test("one hears what was said in all of one's conversations and in no other, then what comes", async () => {
  await say(service, lena, wolds, "one");
  await say(service, lena, dales, "two");
  await say(service, hubLeader("hub_else"), elsewhere, "not for her");
  await say(service, sam, wolds, "three");
  const stream = follow(lena, "");
  expect(texts(await hear(stream, 3))).toEqual(["one", "two", "three"]);
  await say(service, lena, dales, "four");
  const [four] = await hear(stream, 1);
  expect(four).toMatchObject({ message: { text: "four", sequence: 2, conversation: { id: dales } } });
  await stream.return?.();
});

test("each cursor goes on right after its message", async () => {
  for (let n = 0; n < 6; n += 1) await say(service, lena, n % 2 ? wolds : dales, `message ${n}`);
  const stream = follow(lena, "");
  const all = await hear(stream, 6);
  await stream.return?.();
  for (const [index, { cursor }] of all.slice(0, 5).entries()) {
    const rest = follow(lena, cursor);
    expect(texts(await hear(rest, 5 - index))).toEqual(texts(all.slice(index + 1)));
    await rest.return?.();
  }
});

test("more than a page comes whole and in order, whatever lies in which conversation", async () => {
  const em = service.database.em.fork();
  for (const conversationId of [wolds, dales]) {
    await em.execute(
      `insert into message (id, conversation_id, sequence, sender_id, client_key, text, sent_at, mentions)
       select ? || n, ?, n, 'per_lena', ? || n, 'message ' || n, now(), '{}' from generate_series(1, 450) as n`,
      [`msg_${conversationId}`, conversationId, conversationId],
    );
    await em.execute("update conversation set last_sequence = 450 where id = ?", [conversationId]);
  }
  const stream = follow(lena, "");
  const heard = await hear(stream, 900);
  await stream.return?.();
  for (const conversationId of [wolds, dales]) {
    const sequences = heard.filter(({ message }) => message.conversation.id === conversationId);
    expect(sequences.map(({ message }) => message.sequence)).toEqual(Array.from({ length: 450 }, (_, n) => n + 1));
  }
});

test("what is said between the cursor and the following is not missed", async () => {
  await say(service, lena, wolds, "before");
  const { data } = await service.query(lena, "{ inboxCursor }");
  await say(service, lena, dales, "between");
  const stream = follow(lena, data.inboxCursor);
  expect(texts(await hear(stream, 1))).toEqual(["between"]);
  await stream.return?.();
});

test("without a cursor one hears what comes from now on", async () => {
  await say(service, lena, wolds, "before");
  service.statements.length = 0;
  const stream = follow(lena);
  const heard = hear(stream, 1);
  await until("the stream waits", stands);
  await say(service, lena, wolds, "after");
  expect(texts(await heard)).toEqual(["after"]);
  await stream.return?.();
  await until("nothing is left behind", () => live.feed.size === 0);
});

test("a conversation that begins while one follows is heard from its first message", async () => {
  service.statements.length = 0;
  const stream = follow(lena);
  const heard = hear(stream, 2);
  await until("the stream waits", stands);
  const begun = await converse(service, { schoolId: "sch_new", hubId });
  await say(service, lena, begun, "welcome");
  await say(service, lena, begun, "again");
  expect(texts(await heard)).toEqual(["welcome", "again"]);
  await stream.return?.();
});

test("one who loses a conversation and gets it back goes on where they left it", async () => {
  await say(service, lena, wolds, "one");
  await say(service, lena, dales, "two");
  const first = follow(lena, "");
  const [, two] = await hear(first, 2);
  await first.return?.();
  const em = service.database.em.fork();
  await em.execute("update conversation set hub_id = 'hub_gone' where id = ?", [wolds]);
  await say(service, sam, wolds, "while she was gone");
  await say(service, lena, dales, "three");
  const second = follow(lena, two!.cursor);
  const [three] = await hear(second, 1);
  expect(three!.message.text).toBe("three");
  await second.return?.();
  await em.execute("update conversation set hub_id = ? where id = ?", [hubId, wolds]);
  const third = follow(lena, three!.cursor);
  expect(texts(await hear(third, 1))).toEqual(["while she was gone"]);
  await third.return?.();
});

test("a clock that goes wrong does not change the order", async () => {
  await say(service, lena, wolds, "one");
  await service.database.em
    .fork()
    .execute("update message set sent_at = now() + interval '10 minutes' where conversation_id = ?", [wolds]);
  await say(service, lena, wolds, "two");
  const stream = follow(lena, "");
  expect(texts(await hear(stream, 2))).toEqual(["one", "two"]);
  await stream.return?.();
});

const refusalOf = async (stream: ReturnType<typeof follow>) => {
  const errors = await stream.next().then(
    ({ value }) => value?.errors,
    (thrown: unknown) => thrown,
  );
  await stream.return?.();
  return codeOf({ errors: errors as { extensions: { code: string } }[] });
};

test("a cursor that is none, or ahead of a conversation, is refused; so is who has no part in messaging", async () => {
  await say(service, lena, wolds, "one");
  expect(await refusalOf(follow(lena, "12"))).toBe("CURSOR_UNUSABLE");
  const [reached] = await positionNow(service.database.em.fork(), lena);
  const ahead = inboxCursor(new Map([[reached![0], { sequence: reached![1].sequence + 1, change: 0 }]]));
  expect(await refusalOf(follow(lena, ahead))).toBe("CURSOR_AHEAD");
  for (const viewer of [programmeTeam(), headTeacher("sch_wolds")]) {
    expect(await refusalOf(follow(viewer, ""))).toBe("FORBIDDEN");
  }
});

test("a forged cursor opens nothing", async () => {
  await say(service, hubLeader("hub_else"), elsewhere, "not for her");
  await say(service, lena, wolds, "for her");
  const [theirs] = await positionNow(service.database.em.fork(), hubLeader("hub_else"));
  const stream = follow(lena, inboxCursor(new Map([[theirs![0], { sequence: 1, change: 0 }]])));
  expect(texts(await hear(stream, 1))).toEqual(["for her"]);
  await stream.return?.();
});

test("a page of the inbox takes two statements, however many conversations and messages it holds", async () => {
  for (let n = 0; n < 10; n += 1) await say(service, lena, n % 2 ? wolds : dales, `message ${n}`);
  service.statements.length = 0;
  const stream = follow(lena, "");
  await hear(stream, 10);
  await stream.return?.();
  // Where she stands, the page with its conversations, and the look that finds nothing more.
  expect(service.statements.filter((statement) => statement.includes("conversation")).length).toBeLessThanOrEqual(4);
});
