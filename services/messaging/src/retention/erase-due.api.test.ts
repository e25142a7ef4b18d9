import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Files } from "@psqm/files/files";
import { receiveUpload } from "@psqm/files/receive-upload";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";
import { eraseDue } from "./erase-due.ts";

const sam = subjectLeader("sch_wolds", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");
const helen = programmeTeam("per_helen");
const reason = "A parent has asked us to look into this.";
let now = new Date("2026-09-01T09:00:00Z");
let folder: string;
let service: TestSubgraph;
let files: Files;
let con: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psqm-retention-"));
  service = await startTestSubgraph(
    {
      ...messaging,
      open: async (deps) => {
        const resources = await messaging.open?.(deps);
        if (!resources) throw new Error("messaging opens nothing");
        files = resources.files;
        return resources;
      },
    },
    { clock: () => now, settings: { FILES_FOLDER: folder, FILES_SCANNER: "demonstration" } },
  );
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  now = new Date("2026-09-01T09:00:00Z");
  con = await converse(service);
});

const erase = () => eraseDue(service.caller(), files);
const run = (viewer: Viewer, mutation: string, variables: Record<string, unknown> = { id: con }) =>
  service.query(viewer, mutation, variables);
const remove = (id: string) => run(sam, "mutation ($id: ID!) { deleteMessage(messageId: $id) { id } }", { id });
const hold = (viewer: Viewer, why = reason) =>
  run(
    viewer,
    "mutation ($id: ID!, $why: String!) { holdConversation(conversationId: $id, reason: $why) { heldAt heldReason } }",
    {
      id: con,
      why,
    },
  );

/** What the one of the programme team who opens the conversation reads, words of deleted messages too. */
async function transcript(): Promise<{ sequence: number; text: string; earlier: string[] }[]> {
  const { data } = await run(
    helen,
    "mutation ($id: ID!, $why: String!) { openConversation(conversationId: $id, reason: $why) { transcript { nodes { sequence text earlier } } } }",
    { id: con, why: reason },
  );
  return data.openConversation.transcript.nodes;
}

test("words of a deleted message go after ninety days, all words after three years, and places stay", async () => {
  const { id } = await say(service, sam, con, "Said in haste");
  await run(
    sam,
    'mutation ($id: ID!) { editMessage(input: { messageId: $id, text: "Said better", version: 1 }) { id } }',
    { id },
  );
  await say(service, lena, con, "Good morning");
  await remove(id);
  now = new Date("2026-11-30T08:59:00Z");
  expect(await erase()).toBe(0);
  expect((await transcript())[0]).toEqual({ sequence: 1, text: "Said better", earlier: ["Said in haste"] });
  now = new Date("2026-11-30T09:01:00Z");
  expect(await erase()).toBe(1);
  expect(await transcript()).toEqual([
    { sequence: 1, text: "", earlier: [] },
    { sequence: 2, text: "Good morning", earlier: [] },
  ]);
  now = new Date("2029-09-02T09:00:00Z");
  expect(await erase()).toBe(1);
  expect(await erase()).toBe(0);
  const seen = await run(
    lena,
    "query ($id: ID!) { conversation(id: $id) { lastSequence messages { nodes { sequence text erased deleted } } } }",
  );
  expect(seen.data.conversation).toEqual({
    lastSequence: 2,
    messages: {
      nodes: [
        { sequence: 1, text: "", erased: true, deleted: true },
        { sequence: 2, text: "", erased: true, deleted: false },
      ],
    },
  });
  const found = await run(lena, '{ searchMessages(words: "morning") { nodes { message { id } } } }', {});
  expect(found.data.searchMessages.nodes).toEqual([]);
});

test("a hold beats deletion and time, until it is released; only the programme team knows of it", async () => {
  await remove((await say(service, sam, con, "Kept on hold")).id);
  expect((await hold(helen)).data.holdConversation).toEqual({ heldAt: now.toISOString(), heldReason: reason });
  now = new Date("2030-01-01T09:00:00Z");
  expect(await erase()).toBe(0);
  expect(await transcript()).toEqual([expect.objectContaining({ text: "Kept on hold" })]);
  expect(codeOf(await hold(sam))).toBe("FORBIDDEN");
  expect(codeOf(await hold(helen, "because"))).toBe("BAD_USER_INPUT");
  const released = await run(
    helen,
    "mutation ($id: ID!) { releaseConversation(conversationId: $id) { heldAt heldReason } }",
  );
  expect(released.data.releaseConversation).toEqual({ heldAt: null, heldReason: null });
  expect(await erase()).toBe(1);
});

test("a frozen conversation and one with an open concern keep their words until that is over", async () => {
  await say(service, sam, con, "Kept while frozen");
  await run(
    helen,
    "mutation ($id: ID!, $why: String!) { freezeConversation(conversationId: $id, reason: $why) { frozenAt } }",
    {
      id: con,
      why: reason,
    },
  );
  now = new Date("2030-01-01T09:00:00Z");
  expect(await erase()).toBe(0);
  await run(helen, "mutation ($id: ID!) { thawConversation(conversationId: $id) { frozenAt } }");
  const { data } = await run(
    sam,
    'mutation ($id: ID!) { reportConcern(input: { conversationId: $id, text: "I am worried about this." }) { id } }',
  );
  expect(await erase()).toBe(0);
  await run(helen, 'mutation ($id: ID!) { closeConcern(concernId: $id, outcome: "We have talked to both.") { id } }', {
    id: data.reportConcern.id,
  });
  expect(await erase()).toBe(1);
});

test("a message's files go with its words", async () => {
  const content = Buffer.from("a,b\n1,2\n");
  const input = {
    name: "marks.csv",
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
  const { data } = await run(
    sam,
    "mutation ($input: UploadMessageFileInput!) { uploadMessageFile(input: $input) { putPath file { id } } }",
    { input: { conversationId: con, ...input } },
  );
  const { putPath, file } = data.uploadMessageFile;
  await receiveUpload(service.caller(), files, putPath.slice(files.links.prefix.length), Readable.from([content]));
  await run(sam, "mutation ($id: ID!) { confirmMessageFile(fileId: $id) { state } }", { id: file.id });
  await run(sam, "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }", {
    input: { conversationId: con, text: "Our marks", clientKey: "retention-file", files: [file.id] },
  });
  expect(await readdir(join(folder, file.id))).toHaveLength(1);
  now = new Date("2030-01-01T09:00:00Z");
  expect(await erase()).toBe(1);
  expect(await readdir(join(folder, file.id))).toEqual([]);
  const seen = await run(lena, "query ($id: ID!) { conversation(id: $id) { messages { nodes { files { id } } } } }");
  expect(seen.data.conversation.messages.nodes).toEqual([{ files: [] }]);
});

test("more than one transaction's worth is erased in one go", async () => {
  for (let n = 0; n < 3; n += 1) await say(service, sam, con, `Message ${n}`);
  await service.database.em.fork().execute(
    `insert into message (id, conversation_id, sequence, sender_id, client_key, text, sent_at, mentions)
     select 'msg_bulk_' || n, ?, n, 'per_bulk', 'bulk ' || n, 'text', '2026-09-01', '{}' from generate_series(4, 450) as n`,
    [con],
  );
  now = new Date("2030-01-01T09:00:00Z");
  expect(await erase()).toBe(450);
});
