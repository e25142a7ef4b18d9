import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, subjectLeader } from "@psqm/testing/viewers";
import { markDelivered, markRead } from "../participation/mark-reading.ts";
import { showReading } from "../preferences/show-reading.ts";
import type { MessagingResources } from "../resources.ts";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";
import { LiveActivity } from "./live-activity.ts";

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

let con: string;
let lena: Viewer;
let count = 0;
const sam = subjectLeader("sch_wolds", "per_sam");
const anna = subjectLeader("sch_chalk", "per_anna");
beforeEach(async () => {
  count += 1;
  lena = hubLeader(`hub_${count}`, "per_lena");
  con = await converse(service, { hubId: `hub_${count}` });
});

interface Seen {
  typing: { id: string }[];
  present: { id: string }[];
  conversation: { receipts: { readUpTo: number | null; deliveredUpTo: number }[] };
}
const document =
  "subscription ($id: ID!) { activity(conversationId: $id) { typing { id } present { id } conversation { receipts { readUpTo deliveredUpTo } } } }";

/** Watches until left; `last` is what was seen last. */
function watch(viewer: Viewer) {
  const stream = service.subscribe(viewer, document, { id: con });
  const seen: Seen[] = [];
  const watching = (async () => {
    for await (const { data } of stream) seen.push(data?.["activity"] as Seen);
  })().catch(() => {});
  return {
    seen,
    last: () => seen.at(-1),
    async leave() {
      await stream.return?.();
      await watching;
    },
  };
}
const ids = (people: { id: string }[] | undefined) => people?.map(({ id }) => id).join(" ");
const type = (viewer: Viewer, typing = true) =>
  service.query(
    viewer,
    "mutation ($id: ID!, $typing: Boolean!) { signalTyping(conversationId: $id, typing: $typing) { id } }",
    {
      id: con,
      typing,
    },
  );

test("those who watch see each other come and go, and nothing is left behind", async () => {
  const one = watch(lena);
  const two = watch(sam);
  await until("both are seen", () => ids(one.last()?.present) === "per_lena per_sam");
  await two.leave();
  await until("one is left", () => ids(one.last()?.present) === "per_lena");
  await one.leave();
  await until("nothing is left behind", () => live.activity.size === 0 && live.activity.calls.size === 0);
});

test("who types is seen by those who watch, until they stop or some seconds have passed", async () => {
  const one = watch(lena);
  await until("she watches", () => one.last());
  await type(sam);
  await until("he types", () => ids(one.last()?.typing) === "per_sam");
  await type(sam, false);
  await until("he stopped", () => ids(one.last()?.typing) === "");
  await type(sam);
  await until("he types again", () => ids(one.last()?.typing) === "per_sam");
  await until("it ran out", () => ids(one.last()?.typing) === "", 12_000);
  await one.leave();
});

test("signs that follow one another closely are told once", async () => {
  let told = 0;
  const ring = live.activity.calls.ring.bind(live.activity.calls);
  live.activity.calls.ring = (conversationId) => {
    if (conversationId === con) told += 1;
    ring(conversationId);
  };
  const one = watch(lena);
  await until("she watches", () => ids(one.last()?.present) === "per_lena");
  told = 0;
  await Promise.all(Array.from({ length: 10 }, () => type(sam)));
  await type(sam, false);
  await until("he stopped", () => told >= 2);
  expect(told).toBe(2);
  live.activity.calls.ring = ring;
  await one.leave();
});

test("who is present at another replica is seen, and a replica that leaves takes them along", async () => {
  const other = new LiveActivity(service);
  const leave = other.enter(con, "per_sam");
  const one = watch(lena);
  await until("he is seen here", () => ids(one.last()?.present) === "per_lena per_sam");
  await until("she is seen there", () => other.scene(con).present.join(" ") === "per_lena per_sam");
  leave();
  await until("he has gone", () => ids(one.last()?.present) === "per_lena");
  await other.close();
  await one.leave();
});

test("a receipt that changes is seen at once; of one who hides their reading only that it was delivered", async () => {
  await say(service, lena, con, "one");
  await say(service, lena, con, "two");
  const one = watch(lena);
  await until("she watches", () => one.last());
  await markRead(service.caller(sam), { conversationId: con, upTo: 1 });
  await until("it is read", () => one.last()?.conversation.receipts[0]?.readUpTo === 1);
  await showReading(service.caller(sam), false);
  await markDelivered(service.caller(sam), { conversationId: con, upTo: 2 });
  await until("it is delivered", () => one.last()?.conversation.receipts[0]?.deliveredUpTo === 2);
  const before = one.seen.length;
  await markRead(service.caller(sam), { conversationId: con, upTo: 2 });
  await type(sam);
  await until("a later sign is seen", () => ids(one.last()?.typing) === "per_sam");
  expect(one.seen).toHaveLength(before + 1);
  expect(one.last()?.conversation.receipts).toEqual([{ readUpTo: null, deliveredUpTo: 2 }]);
  await showReading(service.caller(sam), true);
  await one.leave();
});

test("who takes no part neither types nor watches", async () => {
  expect(codeOf(await type(anna))).toBe("NOT_FOUND");
  const stream = service.subscribe(anna, document, { id: con });
  const outcome = await stream.next().then(
    ({ value }) => value?.errors,
    (errors: unknown) => errors,
  );
  expect(codeOf({ errors: outcome as { extensions: { code: string } }[] })).toBe("NOT_FOUND");
  await stream.return?.();
});

test("one who loses their part is told, and is seen no more", async () => {
  const one = service.subscribe(lena, document, { id: con });
  await one.next();
  const other = watch(sam);
  await until("both are seen", () => ids(other.last()?.present) === "per_lena per_sam");
  await service.database.em.fork().execute("update conversation set hub_id = 'hub_gone' where id = ?", [con]);
  await type(sam);
  const ended = async () => {
    for (;;) if ((await one.next()).done) return;
  };
  await expect(ended()).rejects.toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
  await until("she is seen no more", () => ids(other.last()?.present) === "per_sam");
  await other.leave();
});
