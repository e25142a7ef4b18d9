import { createHash, createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Files } from "@psqm/files/files";
import { receiveUpload } from "@psqm/files/receive-upload";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { unzipSync } from "fflate";
import { messaging } from "../service.ts";
import { codeOf, converse, say } from "../testing/conversations.ts";

const sam = subjectLeader("sch_wolds", "per_sam");
const helen = programmeTeam("per_helen");
const reason = "A parent has asked us to look into this.";
let now = new Date("2026-09-14T09:00:00Z");
let folder: string;
let service: TestSubgraph;
let files: Files;
let con: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psqm-archive-"));
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
  con = await converse(service);
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (viewer: Viewer, document: string, variables: Record<string, unknown>) =>
  service.query(viewer, document, variables);
const open = async (): Promise<{ id: string; archivePath: string }> => {
  const document =
    "mutation ($id: ID!, $why: String!) { openConversation(conversationId: $id, reason: $why) { id archivePath } }";
  return (await run(helen, document, { id: con, why: reason })).data.openConversation;
};

async function get(path: string): Promise<Response> {
  const signed = await signViewer(TEST_SIGNING_SECRET, { audience: "messaging", viewer: anonymous, body: "" });
  return fetch(new URL(path, service.url), { headers: { [VIEWER_HEADER]: signed } });
}

async function sendFile(name: string, content: Buffer): Promise<void> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const { data } = await run(
    sam,
    "mutation ($input: UploadMessageFileInput!) { uploadMessageFile(input: $input) { putPath file { id } } }",
    { input: { conversationId: con, name, bytes: content.length, sha256 } },
  );
  const { putPath, file } = data.uploadMessageFile;
  await receiveUpload(service.caller(), files, putPath.slice(files.links.prefix.length), Readable.from([content]));
  await run(sam, "mutation ($id: ID!) { confirmMessageFile(fileId: $id) { state } }", { id: file.id });
  await run(sam, "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }", {
    input: { conversationId: con, text: "Our marks", clientKey: file.id, files: [file.id] },
  });
}

test("a conversation is given out as an archive that another program opens, and whose signature another library checks", async () => {
  const { id } = await say(service, sam, con, "Said in haste 🔬");
  await run(sam, "mutation ($id: ID!) { deleteMessage(messageId: $id) { id } }", { id });
  const marks = Buffer.from("a,b\n1,2\n");
  await sendFile("Märks.csv", marks);
  const answer = await get((await open()).archivePath);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/zip"]);
  const entries = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  const textOf = (name: string) => Buffer.from(entries[name]!).toString("utf8");

  const said = textOf("messages.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(said).toEqual([
    expect.objectContaining({
      sequence: 1,
      senderId: "per_sam",
      text: "Said in haste 🔬",
      deletedAt: now.toISOString(),
    }),
    expect.objectContaining({
      sequence: 2,
      text: "Our marks",
      files: [expect.stringMatching(/^files\/fil_.*\/Märks.csv$/)],
    }),
  ]);
  expect(Buffer.from(entries[said[1].files[0]]!).equals(marks)).toBe(true);

  const [header, payload, signature] = textOf("manifest.jws").split(".") as [string, string, string];
  const { keys } = (await (await get("/files/messaging/archive/keys.json")).json()) as {
    keys: (JsonWebKey & { kid: string })[];
  };
  const { alg, kid } = JSON.parse(Buffer.from(header, "base64url").toString());
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid)!, format: "jwk" });
  const signed = (text: string) => verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url"));
  expect([alg, signed(`${header}.${payload}`), signed(`${header}.${payload}x`)]).toEqual(["EdDSA", true, false]);

  const manifest = JSON.parse(Buffer.from(payload, "base64url").toString());
  expect(JSON.parse(textOf("manifest.json"))).toEqual(manifest);
  expect(manifest).toMatchObject({ conversationId: con, openedBy: "per_helen", reason, archivedAt: now.toISOString() });
  expect(manifest.entries).toEqual(
    Object.keys(entries)
      .filter((name) => !name.startsWith("manifest."))
      .map((name) => ({
        name,
        bytes: entries[name]!.length,
        sha256: createHash("sha256").update(entries[name]!).digest("hex"),
      })),
  );
});

test("only who opened the conversation gets a path, it expires, and it ends with the access", async () => {
  const { id, archivePath } = await open();
  const read = "query ($id: ID!) { conversationAccess(id: $id) { archivePath } }";
  expect(codeOf(await run(programmeTeam("per_hugo"), read, { id }))).toBe("FORBIDDEN");
  expect((await get(`${archivePath}x`)).status).toBe(404);
  now = new Date("2026-09-14T09:16:00Z");
  expect((await get(archivePath)).status).toBe(410);
  const late = new Date("2026-09-15T08:59:00Z");
  now = late;
  const { archivePath: last } = (await run(helen, read, { id })).data.conversationAccess;
  expect((await get(last)).status).toBe(200);
  now = new Date("2026-09-15T09:01:00Z");
  expect((await get(last)).status).toBe(410);
  expect(codeOf(await run(helen, read, { id }))).toBe("ACCESS_OVER");
});
