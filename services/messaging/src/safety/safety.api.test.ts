import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { deleteMessage } from "../message/delete-message.ts";
import { editMessage } from "../message/edit-message.ts";
import { sendMessage } from "../message/send-message.ts";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";
import { freezeConversation } from "./oversee.ts";
import { ConversationFrozen } from "./safety.rules.ts";

let service: TestSubgraph;
let now: Date;
beforeAll(async () => {
  service = await startTestSubgraph(messaging, { clock: () => now });
});
afterAll(() => service.close());

let con: string;
const sam = subjectLeader("sch_wolds", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");
const anna = subjectLeader("sch_chalk", "per_anna");
const helen = programmeTeam("per_helen");
const hugo = programmeTeam("per_hugo");
const reason = "A parent has asked us to look into this.";
beforeEach(async () => {
  now = new Date("2026-09-01T09:00:00Z");
  con = await converse(service);
});

const report = (viewer: Viewer, input: Record<string, unknown> = {}) =>
  service.query(
    viewer,
    "mutation ($input: ReportConcernInput!) { reportConcern(input: $input) { id text messageId conversationId reporter { id } closedAt outcome } }",
    { input: { conversationId: con, text: "  I am worried about this.  ", ...input } },
  );
const freeze = (viewer: Viewer, id = con, why = reason) =>
  service.query(
    viewer,
    "mutation ($id: ID!, $why: String!) { freezeConversation(conversationId: $id, reason: $why) { conversationId frozenAt frozenReason } }",
    { id, why },
  );
const thaw = (viewer: Viewer) =>
  service.query(viewer, "mutation ($id: ID!) { thawConversation(conversationId: $id) { frozenAt frozenReason } }", {
    id: con,
  });
const lines =
  "transcript(first: 2) { nodes { sequence text earlier deletedAt sender { id } } pageInfo { hasNextPage endCursor } }";
const open = (viewer: Viewer, id = con, why = reason) =>
  service.query(
    viewer,
    `mutation ($id: ID!, $why: String!) { openConversation(conversationId: $id, reason: $why) { id reason openedAt until reader { id } ${lines} } }`,
    { id, why },
  );

test("a concern goes to the programme team with who reports it, and to nobody else of the conversation", async () => {
  const { id: messageId } = await say(service, lena, con, "Hello");
  const { data } = await report(sam, { messageId });
  expect(data.reportConcern).toMatchObject({
    text: "I am worried about this.",
    messageId,
    reporter: { id: "per_sam" },
  });
  const list = "{ concerns(first: 100, open: true) { nodes { id text } } }";
  const mine = "{ myConcerns { nodes { id } } }";
  const { id } = data.reportConcern;
  expect((await service.query(helen, list)).data.concerns.nodes).toContainEqual({
    id,
    text: "I am worried about this.",
  });
  expect((await service.query(sam, mine)).data.myConcerns.nodes).toContainEqual({ id });
  expect((await service.query(lena, mine)).data.myConcerns.nodes).toEqual([]);
  expect(codeOf(await service.query(lena, list))).toBe("FORBIDDEN");
  const told = await service.emitted("concern.reported");
  expect(told.at(-1)?.payload).toMatchObject({ concernId: id, conversationId: con, schoolId: "sch_wolds" });
  expect(JSON.stringify(told)).not.toMatch(/worried|per_sam/);
});

test("a concern is about a conversation of one's own, and about a message of it if about one", async () => {
  expect(codeOf(await report(anna))).toBe("NOT_FOUND");
  const elsewhere = await say(service, lena, await converse(service), "Elsewhere");
  expect(codeOf(await report(sam, { messageId: elsewhere.id }))).toBe("NOT_FOUND");
  expect(codeOf(await report(sam, { text: "Hm." }))).toBe("BAD_USER_INPUT");
});

test("an empty message id is none of the conversation's", async () => {
  expect(codeOf(await report(sam, { messageId: "" }))).toBe("NOT_FOUND");
});

test("the programme team closes a concern once, and who reported it reads what came of it", async () => {
  const { id } = (await report(sam)).data.reportConcern;
  const close = (viewer: Viewer, concern = id) =>
    service.query(
      viewer,
      'mutation ($id: ID!) { closeConcern(concernId: $id, outcome: "We have spoken with both.") { id closedAt outcome } }',
      { id: concern },
    );
  expect(codeOf(await close(sam))).toBe("FORBIDDEN");
  expect((await close(helen)).data.closeConcern).toMatchObject({ id, outcome: "We have spoken with both." });
  expect(codeOf(await close(helen))).toBe("CONCERN_CLOSED");
  expect(codeOf(await close(helen, "cnc_none"))).toBe("NOT_FOUND");
  const { data } = await service.query(sam, "{ myConcerns { nodes { id outcome } } }");
  expect(data.myConcerns.nodes).toContainEqual({ id, outcome: "We have spoken with both." });
  const still = await service.query(helen, "{ concerns(first: 100, open: true) { nodes { id } } }");
  expect(still.data.concerns.nodes).not.toContainEqual({ id });
});

test("in a frozen conversation nothing changes, what is typed is kept, and its people read why", async () => {
  const { id } = await say(service, sam, con, "Before");
  const first = { conversationId: con, text: "Once", clientKey: `once-${con}` };
  const sent = await sendMessage(service.caller(sam), first);
  expect((await freeze(helen)).data.freezeConversation).toEqual({
    conversationId: con,
    frozenAt: "2026-09-01T09:00:00.000Z",
    frozenReason: reason,
  });
  await expect(say(service, sam, con, "After")).rejects.toThrow(ConversationFrozen);
  await expect(editMessage(service.caller(sam), { messageId: id, text: "Other", version: 1 })).rejects.toThrow(
    ConversationFrozen,
  );
  await expect(deleteMessage(service.caller(sam), id)).rejects.toThrow(ConversationFrozen);
  // What was sent before stays sent, however often it is sent again.
  expect((await sendMessage(service.caller(sam), first)).id).toBe(sent.id);
  const { data } = await service.query(
    sam,
    "query ($id: ID!) { conversation(id: $id) { frozenAt frozenReason lastSequence draft { text } } }",
    { id: con },
  );
  expect(data.conversation).toMatchObject({ frozenReason: reason, lastSequence: 2, draft: { text: "After" } });
  expect((await thaw(helen)).data.thawConversation).toEqual({ frozenAt: null, frozenReason: null });
  expect((await say(service, sam, con, "After")).sequence).toBe(3);
});

test("a message and a freeze at the same moment: it was said before, or it is refused", async () => {
  const [message] = await Promise.allSettled([
    say(service, sam, con, "On its way"),
    freezeConversation(service.caller(helen), con, reason),
  ]);
  const { data } = await service.query(lena, "query ($id: ID!) { conversation(id: $id) { lastSequence } }", {
    id: con,
  });
  expect(data.conversation.lastSequence).toBe(message.status === "fulfilled" ? 1 : 0);
});

test("one of the programme team reads with a reason, deleted words too, and all who take part see that they did", async () => {
  const { id } = await say(service, sam, con, "Frist");
  await editMessage(service.caller(sam), { messageId: id, text: "First", version: 1 });
  await deleteMessage(service.caller(sam), id);
  await say(service, lena, con, "Second");
  await say(service, sam, con, "Third");
  const { data } = await open(helen);
  expect(data.openConversation).toMatchObject({
    reason,
    reader: { id: "per_helen" },
    until: "2026-09-02T09:00:00.000Z",
    transcript: {
      nodes: [
        { sequence: 1, text: "First", earlier: ["Frist"], sender: { id: "per_sam" } },
        { sequence: 2, text: "Second", earlier: [], deletedAt: null, sender: { id: "per_lena" } },
      ],
      pageInfo: { hasNextPage: true, endCursor: "2" },
    },
  });
  for (const viewer of [sam, lena]) {
    const seen = await service.query(
      viewer,
      "query ($id: ID!) { conversation(id: $id) { accesses { reason openedAt reader { id } } } }",
      { id: con },
    );
    expect(seen.data.conversation.accesses).toEqual([
      { reason, openedAt: "2026-09-01T09:00:00.000Z", reader: { id: "per_helen" } },
    ]);
  }
  const [entry] = await service.database.em
    .fork()
    .execute<object[]>("select actor, operation from audit where subject = ? order by id desc limit 1", [con]);
  expect(entry).toEqual({ actor: "per_helen", operation: "openConversation" });
});

test("an access opens nothing to those who did not ask for it, nor to anybody after its day", async () => {
  for (const text of ["One", "Two", "Three"]) await say(service, sam, con, text);
  const { id } = (await open(helen)).data.openConversation;
  const readOn = (viewer: Viewer) =>
    service.query(
      viewer,
      "query ($id: ID!) { conversationAccess(id: $id) { reason transcript(after: 2) { nodes { text } } } }",
      { id },
    );
  expect((await readOn(helen)).data.conversationAccess.transcript.nodes).toEqual([{ text: "Three" }]);
  const other = await readOn(hugo);
  expect(codeOf(other)).toBe("FORBIDDEN");
  expect(other.data.conversationAccess).toEqual({ reason, transcript: null });
  expect(codeOf(await readOn(lena))).toBe("FORBIDDEN");
  const byParty = await service.query(
    lena,
    "query ($id: ID!) { conversation(id: $id) { accesses { transcript { nodes { text } } } } }",
    { id: con },
  );
  expect(codeOf(byParty)).toBe("FORBIDDEN");
  now = new Date("2026-09-02T09:00:00Z");
  expect(codeOf(await readOn(helen))).toBe("ACCESS_OVER");
  expect(codeOf(await service.query(helen, '{ conversationAccess(id: "acc_none") { id } }'))).toBe("NOT_FOUND");
});

test("what is known of a conversation without opening it is nothing of what is said", async () => {
  await say(service, sam, con, "Secret");
  const { data } = await service.query(
    helen,
    "query ($id: ID!) { oversight(conversationId: $id) { conversationId frozenAt enrolment { id } } }",
    { id: con },
  );
  expect(data.oversight).toMatchObject({ conversationId: con, frozenAt: null });
  expect(codeOf(await service.query(helen, "query ($id: ID!) { conversation(id: $id) { id } }", { id: con }))).toBe(
    "FORBIDDEN",
  );
  const asEntity = await service.entities(
    helen,
    [{ __typename: "Conversation", id: con }],
    "... on Conversation { id }",
  );
  expect(asEntity.data._entities).toEqual([null]);
});

test.each(["", "because"])("the reason %j is refused, and an unknown conversation is not found", async (why) => {
  expect(codeOf(await open(helen, con, why))).toBe("BAD_USER_INPUT");
  expect(codeOf(await freeze(helen, con, why))).toBe("BAD_USER_INPUT");
  expect(codeOf(await open(helen, "con_none"))).toBe("NOT_FOUND");
  expect(codeOf(await freeze(helen, "con_none"))).toBe("NOT_FOUND");
  for (const viewer of [sam, lena]) {
    expect(codeOf(await open(viewer))).toBe("FORBIDDEN");
    expect(codeOf(await freeze(viewer))).toBe("FORBIDDEN");
    expect(codeOf(await thaw(viewer))).toBe("FORBIDDEN");
  }
});
