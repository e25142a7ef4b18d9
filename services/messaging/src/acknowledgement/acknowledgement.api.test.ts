import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";

const sam = subjectLeader("sch_wolds", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");
const mina = mentor("hub_humber", "per_mina");
const anna = subjectLeader("sch_chalk", "per_anna");
let now = new Date("2026-09-14T09:00:00Z");
let service: TestSubgraph;
let con: string;

beforeAll(async () => {
  service = await startTestSubgraph(messaging, { clock: () => now });
});
afterAll(() => service.close());
beforeEach(async () => {
  now = new Date("2026-09-14T09:00:00Z");
  con = await converse(service);
});

const ask = (clientKey: string, asksAcknowledgement: boolean | undefined = true) =>
  service.query(
    lena,
    "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id asksAcknowledgement acknowledgements { at } } }",
    { input: { conversationId: con, text: "We meet on Monday at 4", clientKey, asksAcknowledgement } },
  );
const acknowledge = (viewer: Viewer, id: string) =>
  service.query(
    viewer,
    "mutation ($id: ID!) { acknowledgeMessage(messageId: $id) { acknowledgements { at person { id } } } }",
    { id },
  );

test("whoever is asked takes note of a message, once, and everybody sees who has", async () => {
  const { sendMessage } = (await ask("ack-once")).data;
  expect(sendMessage).toMatchObject({ asksAcknowledgement: true, acknowledgements: [] });
  await acknowledge(sam, sendMessage.id);
  now = new Date("2026-09-14T10:00:00Z");
  await acknowledge(mina, sendMessage.id);
  const both = [
    { at: "2026-09-14T09:00:00.000Z", person: { id: "per_sam" } },
    { at: "2026-09-14T10:00:00.000Z", person: { id: "per_mina" } },
  ];
  // Said twice, at once and later: it stays at the first.
  const again = await Promise.all([acknowledge(sam, sendMessage.id), acknowledge(sam, sendMessage.id)]);
  for (const { data } of again) expect(data.acknowledgeMessage.acknowledgements).toEqual(both);
});

test("followers of the inbox hear of it once, as a change of the message", async () => {
  const { id } = (await ask("ack-inbox")).data.sendMessage;
  const { data } = await service.query(lena, "{ inboxCursor }");
  await acknowledge(sam, id);
  await acknowledge(sam, id);
  await say(service, sam, con, "See you there");
  const inbox = service.subscribe(
    lena,
    "subscription ($after: String) { inbox(after: $after) { changed message { text acknowledgements { person { id } } } } }",
    { after: data.inboxCursor },
  );
  expect((await inbox.next()).value?.data?.["inbox"]).toEqual({
    changed: true,
    message: { text: "We meet on Monday at 4", acknowledgements: [{ person: { id: "per_sam" } }] },
  });
  expect((await inbox.next()).value?.data?.["inbox"]).toMatchObject({
    changed: false,
    message: { text: "See you there" },
  });
  await inbox.return?.();
});

test("what is not to be acknowledged is refused by name", async () => {
  const asked = (await ask("ack-asked")).data.sendMessage.id;
  const plain = await say(service, lena, con, "Good morning");
  expect(codeOf(await acknowledge(sam, plain.id))).toBe("ACKNOWLEDGEMENT_NOT_ASKED");
  expect(codeOf(await acknowledge(lena, asked))).toBe("OWN_MESSAGE");
  expect(codeOf(await acknowledge(anna, asked))).toBe("NOT_FOUND");
  expect(codeOf(await acknowledge(sam, "msg_none"))).toBe("NOT_FOUND");
  await service.query(lena, "mutation ($id: ID!) { deleteMessage(messageId: $id) { id } }", { id: asked });
  expect(codeOf(await acknowledge(sam, asked))).toBe("MESSAGE_DELETED");
});

test("a message sent again under its key asks for the same", async () => {
  const { id } = (await ask("ack-again")).data.sendMessage;
  expect((await ask("ack-again")).data.sendMessage.id).toBe(id);
  expect(codeOf(await ask("ack-again", false))).toBe("IDEMPOTENCY_KEY_REUSED");
});

test("acknowledgements of a page of messages cost one statement", async () => {
  for (const key of ["ack-1", "ack-2", "ack-3"]) await acknowledge(sam, (await ask(key)).data.sendMessage.id);
  service.statements.length = 0;
  const { data } = await service.query(
    sam,
    "query ($id: ID!) { conversation(id: $id) { messages { nodes { acknowledgements { at } } } } }",
    { id: con },
  );
  expect(data.conversation.messages.nodes).toHaveLength(3);
  expect(service.statements.filter((statement) => statement.includes("acknowledgement "))).toHaveLength(1);
});
