import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";
import { markRead } from "./mark-reading.ts";
import { PinsFull } from "./participation.rules.ts";
import { Participation } from "./participation.ts";
import { pinConversation } from "./pin-conversation.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(messaging);
});
afterAll(() => service.close());

let con: string;
let lena: Viewer;
let mina: Viewer;
const sam = subjectLeader("sch_wolds", "per_sam");
let count = 0;
beforeEach(async () => {
  count += 1;
  lena = hubLeader(`hub_${count}`, `per_lena_${count}`);
  mina = mentor(`hub_${count}`, `per_mina_${count}`);
  con = await converse(service, { hubId: `hub_${count}` });
});

const state = "unreadCount readUpTo mutedUntil pinned receipts { person { id } deliveredUpTo readUpTo }";
const look = async (viewer: Viewer) =>
  (await service.query(viewer, `query ($id: ID!) { conversation(id: $id) { ${state} } }`, { id: con })).data
    .conversation;
const types = { id: "ID!", upTo: "Int = 0", until: 'DateTimeISO = "2027-01-01T00:00:00Z"' };
const act = (viewer: Viewer, field: string, variables: Record<string, unknown> = {}, id = con) => {
  const used = Object.entries(types).filter(([name]) => field.includes(`$${name}`));
  const declared = used.map(([name, type]) => `$${name}: ${type}`).join(", ");
  return service.query(viewer, `mutation (${declared}) { ${field} { id ${state} } }`, { id, ...variables });
};
const read = (viewer: Viewer, upTo: number, id = con) =>
  act(viewer, "markRead(conversationId: $id, upTo: $upTo)", { upTo }, id);
const deliver = (viewer: Viewer, upTo: number) =>
  act(viewer, "markDelivered(conversationId: $id, upTo: $upTo)", { upTo });

test("one's own messages are never unread; those of others are until one has read them", async () => {
  await say(service, lena, con, "one");
  await say(service, sam, con, "two");
  await say(service, mina, con, "three");
  expect((await look(lena)).unreadCount).toBe(2);
  expect((await look(sam)).unreadCount).toBe(2);
  const { data } = await read(sam, 1);
  expect(data.markRead).toMatchObject({ id: con, unreadCount: 1, readUpTo: 1 });
  expect((await read(sam, 3)).data.markRead.unreadCount).toBe(0);
  expect((await look(lena)).unreadCount).toBe(2);
});

test("to say less than before, or the same twice, changes nothing", async () => {
  for (const text of ["one", "two", "three"]) await say(service, lena, con, text);
  await read(sam, 3);
  expect((await read(sam, 1)).data.markRead.readUpTo).toBe(3);
  await deliver(sam, 2);
  expect((await look(lena)).receipts).toEqual([{ person: { id: "per_sam" }, deliveredUpTo: 3, readUpTo: 3 }]);
});

test("of two devices that report at the same moment the further one counts", async () => {
  for (let n = 0; n < 8; n += 1) await say(service, lena, con, `message ${n}`);
  await Promise.all([3, 8, 1, 5].map((upTo) => markRead(service.caller(sam), { conversationId: con, upTo })));
  expect((await look(sam)).readUpTo).toBe(8);
});

test.each([-1, 2])("up to %i of a conversation of one message is refused", async (upTo) => {
  await say(service, lena, con, "one");
  expect(codeOf(await read(sam, upTo))).toBe("SEQUENCE_NOT_REACHED");
  expect(codeOf(await deliver(sam, upTo))).toBe("SEQUENCE_NOT_REACHED");
  expect((await look(lena)).receipts).toEqual([]);
});

test("what is delivered but not read is told apart, and of others only", async () => {
  await say(service, lena, con, "one");
  await deliver(sam, 1);
  expect((await look(lena)).receipts).toEqual([{ person: { id: "per_sam" }, deliveredUpTo: 1, readUpTo: 0 }]);
  expect((await look(sam)).receipts).toEqual([]);
});

test("who does not show their reading is not seen reading, and sees nobody else", async () => {
  await say(service, lena, con, "one");
  await read(lena, 1);
  await read(mina, 1);
  const show = (shown: boolean) =>
    service.query(mina, "mutation ($shown: Boolean!) { showReading(shown: $shown) { showsReading } }", { shown });
  expect((await service.query(mina, "{ messagingPreferences { showsReading } }")).data).toEqual({
    messagingPreferences: { showsReading: true },
  });
  expect((await show(false)).data.showReading).toEqual({ showsReading: false });
  const readings = async (viewer: Viewer) =>
    Object.fromEntries(
      (await look(viewer)).receipts.map(({ person, readUpTo }: { person: { id: string }; readUpTo: number | null }) => [
        person.id,
        readUpTo,
      ]),
    );
  expect(await readings(sam)).toEqual({ [lena.personId!]: 1, [mina.personId!]: null });
  expect(await readings(mina)).toEqual({ [lena.personId!]: null });
  await show(true);
  expect(await readings(sam)).toEqual({ [lena.personId!]: 1, [mina.personId!]: 1 });
});

test("a conversation is muted for oneself until its instant, and heard again when one says so", async () => {
  const mute = (until: string) => act(sam, "muteConversation(conversationId: $id, until: $until)", { until });
  expect((await mute("2027-01-01T00:00:00Z")).data.muteConversation.mutedUntil).toBe("2027-01-01T00:00:00.000Z");
  expect((await look(lena)).mutedUntil).toBeNull();
  expect(codeOf(await mute("2020-01-01T00:00:00Z"))).toBe("BAD_USER_INPUT");
  const { data } = await act(sam, "unmuteConversation(conversationId: $id)");
  expect(data.unmuteConversation.mutedUntil).toBeNull();
});

test("pinned conversations are listed, the last pinned first, twenty at most, and only while one sees them", async () => {
  const others: string[] = [];
  for (let n = 0; n < 20; n += 1) others.push(await converse(service, { hubId: `hub_${count}` }));
  for (const id of others) await act(lena, "pinConversation(conversationId: $id)", {}, id);
  expect(codeOf(await act(lena, "pinConversation(conversationId: $id)"))).toBe("PINS_FULL");
  const list = async () =>
    (await service.query(lena, "{ pinnedConversations { id pinned } }")).data.pinnedConversations.map(
      ({ id }: { id: string }) => id,
    );
  expect(await list()).toHaveLength(20);
  await act(lena, "unpinConversation(conversationId: $id)", {}, others[0]);
  expect((await act(lena, "pinConversation(conversationId: $id)")).data.pinConversation.pinned).toBe(true);
  expect((await list())[0]).toBe(con);
  expect((await service.query(mina, "{ pinnedConversations { id } }")).data.pinnedConversations).toEqual([]);
  await service.database.em.fork().execute("update conversation set hub_id = 'hub_gone' where id = ?", [con]);
  expect(await list()).not.toContain(con);
});

test("of two last pins at the same moment one is refused", async () => {
  for (let n = 0; n < 19; n += 1) {
    await pinConversation(service.caller(mina), await converse(service, { hubId: `hub_${count}` }));
  }
  const other = await converse(service, { hubId: `hub_${count}` });
  const outcomes = await Promise.allSettled([con, other].map((id) => pinConversation(service.caller(mina), id)));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.map(({ reason }) => reason.constructor)).toEqual([PinsFull]);
  const pins = { personId: mina.personId!, pinnedAt: { $ne: null } };
  expect(await service.database.em.fork().count(Participation, pins)).toBe(20);
});

test("a conversation that one has no part in is not found, whatever one would do with it", async () => {
  const anna = subjectLeader("sch_chalk", "per_anna");
  for (const field of [
    "markRead(conversationId: $id, upTo: $upTo)",
    "markDelivered(conversationId: $id, upTo: $upTo)",
    "muteConversation(conversationId: $id, until: $until)",
    "unmuteConversation(conversationId: $id)",
    "pinConversation(conversationId: $id)",
    "unpinConversation(conversationId: $id)",
  ]) {
    expect(codeOf(await act(anna, field))).toBe("NOT_FOUND");
  }
});

test("all that a list says of one's conversations costs three statements beside the list", async () => {
  for (let n = 0; n < 3; n += 1) await say(service, lena, await converse(service, { hubId: `hub_${count}` }), "Hello");
  service.statements.length = 0;
  await service.query(mina, `{ conversations(first: 100) { nodes { ${state} } } }`);
  expect(service.statements.filter((statement) => /conversation|participation/.test(statement))).toHaveLength(4);
});
