import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { StoredFile } from "@psqm/files/file";
import type { Files } from "@psqm/files/files";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { codeOf, converse } from "../testing/conversations.ts";

const sam = subjectLeader("sch_wolds", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");
const mina = mentor("hub_humber", "per_mina");
const anna = subjectLeader("sch_chalk", "per_anna");
const helen = programmeTeam("per_helen");
const eicar = Buffer.from(["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join(""));
const pdf = (content = "A plan for Science week") => Buffer.from(`%PDF-1.7\n${content}\n%%EOF\n`);

let now = new Date("2026-09-14T09:00:00Z");
let folder: string;
let service: TestSubgraph;
let files: Files;
let con: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psqm-files-"));
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
  await joins("per_lena", "app_lena");
  const sams = { membershipId: "mem_sam", schoolId: "sch_wolds", personId: "per_sam", role: "SUBJECT_LEADER" };
  await service.deliver("people", "school-membership.started", "sch_wolds", sams);
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  now = new Date("2026-09-14T09:00:00Z");
  con = await converse(service);
  await service.database.em.fork().nativeDelete(StoredFile, { attachedTo: null });
});

const joins = (personId: string, appointmentId: string) =>
  service.deliver("people", "hub-appointment.started", "hub_humber", { appointmentId, hubId: "hub_humber", personId });
const leaves = (appointmentId: string) =>
  service.deliver("people", "hub-appointment.ended", "hub_humber", { appointmentId });

const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

const upload = (viewer: Viewer, content: Uint8Array, given: Record<string, unknown> = {}) =>
  service.query(
    viewer,
    `mutation ($input: UploadMessageFileInput!) {
       uploadMessageFile(input: $input) { putPath expiresAt file { id name state mediaType bytes sha256 downloadPath } }
     }`,
    { input: { conversationId: con, name: "plan.pdf", bytes: content.length, sha256: sha256(content), ...given } },
  );

/** As the gateway passes it on. */
async function ask(path: string, init: { method?: string; body?: Uint8Array | Readable } = {}): Promise<Response> {
  const signed = await signViewer(TEST_SIGNING_SECRET, { audience: "messaging", viewer: anonymous, body: "" });
  const body = init.body instanceof Readable ? Readable.toWeb(init.body) : init.body;
  return fetch(new URL(path, service.url), {
    method: init.method ?? "GET",
    headers: { [VIEWER_HEADER]: signed, ...(body && { "content-type": "application/octet-stream" }) },
    ...(body && { body, duplex: "half" }),
  } as RequestInit);
}

const refusalOf = async (answer: Response) => {
  const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
  return [answer.status, errors?.[0]?.extensions.code];
};

const confirm = (viewer: Viewer, fileId: string) =>
  service.query(viewer, "mutation ($id: ID!) { confirmMessageFile(fileId: $id) { id state mediaType downloadPath } }", {
    id: fileId,
  });

const send = (viewer: Viewer, ids: string[], clientKey: string, text = "The plan") =>
  service.query(
    viewer,
    `mutation ($input: SendMessageInput!) {
       sendMessage(input: $input) { id files { id name state mediaType bytes sha256 downloadPath } }
     }`,
    { input: { conversationId: con, text, clientKey, files: ids } },
  );

/** A file that was put and confirmed; gives its id. */
async function added(viewer: Viewer, content: Uint8Array = pdf(), name = "plan.pdf"): Promise<string> {
  const { data } = await upload(viewer, content, { name });
  const { putPath, file } = data.uploadMessageFile;
  expect((await ask(putPath, { method: "PUT", body: content })).status).toBe(201);
  expect((await confirm(viewer, file.id)).data.confirmMessageFile.state).toBe("CLEAN");
  return file.id;
}

/** What the others of the conversation see of its newest message. */
const newestFiles = async (viewer: Viewer) => {
  const { data } = await service.query(
    viewer,
    "query ($id: ID!) { conversation(id: $id) { messages(first: 100) { nodes { id files { id downloadPath } } } } }",
    { id: con },
  );
  return data.conversation.messages.nodes.at(-1).files as { id: string; downloadPath: string }[];
};

test("a file is asked for, put, confirmed, sent, and read by the others as it was", async () => {
  const content = pdf();
  const { data } = await upload(sam, content, { name: "Plan für Wolds – 😀.pdf" });
  const { putPath, expiresAt, file } = data.uploadMessageFile;
  expect(expiresAt).toBe("2026-09-14T09:15:00.000Z");
  expect(file).toMatchObject({ state: "WAITING", mediaType: null, bytes: content.length, downloadPath: null });

  const put = await ask(putPath, { method: "PUT", body: Readable.from([content.subarray(0, 5), content.subarray(5)]) });
  expect([put.status, await put.json()]).toEqual([201, { file: { id: file.id, state: "QUARANTINED" } }]);
  expect((await confirm(sam, file.id)).data.confirmMessageFile).toMatchObject({
    state: "CLEAN",
    mediaType: "application/pdf",
  });

  const sent = (await send(sam, [file.id], "key-whole")).data.sendMessage;
  expect(sent.files).toEqual([
    expect.objectContaining({
      id: file.id,
      bytes: content.length,
      sha256: sha256(content),
      mediaType: "application/pdf",
    }),
  ]);
  expect((await send(sam, [file.id], "key-whole")).data.sendMessage.id).toBe(sent.id);

  const [seen] = await newestFiles(lena);
  const read = await ask(seen!.downloadPath);
  expect(read.status).toBe(200);
  expect(Buffer.from(await read.arrayBuffer()).equals(content)).toBe(true);
  expect(Object.fromEntries(read.headers)).toMatchObject({
    "content-type": "application/pdf",
    "content-length": String(content.length),
    "content-disposition": expect.stringMatching(/^attachment; filename\*=UTF-8''Plan%20f%C3%BCr/),
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("sandbox"),
  });
});

test.each([
  [
    "an executable renamed .pdf",
    Buffer.concat([
      Buffer.from("MZ\x90\0"),
      Buffer.alloc(60),
      Buffer.from([128, 0, 0, 0]),
      Buffer.alloc(64),
      Buffer.from("PE\0\0"),
    ]),
  ],
  ["an ELF executable renamed .pdf", Buffer.concat([Buffer.from("\x7fELF", "latin1"), Buffer.alloc(200)])],
  ["a script renamed .pdf", Buffer.from("#!/bin/sh\nrm -rf /\n")],
  ["noise renamed .pdf", randomBytes(4_000)],
])("%s is refused, and the right file may still come", async (_, content) => {
  const { putPath } = (await upload(sam, content)).data.uploadMessageFile;
  expect(await refusalOf(await ask(putPath, { method: "PUT", body: content }))).toEqual([415, "FILE_TYPE_REFUSED"]);
});

test("26 MB are refused when they are asked for, and when they come all the same", async () => {
  const large = Buffer.alloc(26 * 1024 * 1024, "x");
  expect(codeOf(await upload(sam, large))).toBe("FILE_TOO_LARGE");
  const { putPath } = (await upload(sam, large, { bytes: 25 * 1024 * 1024 })).data.uploadMessageFile;
  expect(await refusalOf(await ask(putPath, { method: "PUT", body: large }))).toEqual([413, "FILE_TOO_LARGE"]);
});

test("less or more than was announced, or something else of the same size, is refused, and the right content then taken", async () => {
  const content = pdf();
  const { putPath, file } = (await upload(sam, content)).data.uploadMessageFile;
  const put = async (body: Uint8Array) => refusalOf(await ask(putPath, { method: "PUT", body }));
  expect(await put(content.subarray(1))).toEqual([422, "UPLOAD_INCOMPLETE"]);
  expect(await put(Buffer.concat([content, content]))).toEqual([422, "UPLOAD_INCOMPLETE"]);
  expect(await put(pdf("A plan for Science weak"))).toEqual([422, "CHECKSUM_MISMATCH"]);
  expect(codeOf(await confirm(sam, file.id))).toBe("UPLOAD_MISSING");
  expect(await put(content)).toEqual([201, undefined]);
});

test("a path takes one file: of two at once one is taken, and later ones are refused", async () => {
  const content = pdf("x".repeat(200_000));
  const { putPath, file } = (await upload(sam, content)).data.uploadMessageFile;
  const both = await Promise.all([1, 2].map(() => ask(putPath, { method: "PUT", body: content })));
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(await refusalOf(await ask(putPath, { method: "PUT", body: content }))).toEqual([409, "UPLOAD_USED"]);
  // What came second is not left behind.
  expect(await readdir(join(folder, file.id))).toHaveLength(1);
});

test("a path expires, and one that was changed or is for reading leads nowhere", async () => {
  const content = pdf();
  const { putPath } = (await upload(sam, content)).data.uploadMessageFile;
  const put = async (path: string) => refusalOf(await ask(path, { method: "PUT", body: content }));
  expect(await put(`${putPath}x`)).toEqual([404, "NOT_FOUND"]);
  expect(await refusalOf(await ask(putPath))).toEqual([404, "NOT_FOUND"]);
  now = new Date("2026-09-14T09:15:01Z");
  expect(await put(putPath)).toEqual([410, "UPLOAD_EXPIRED"]);
});

test("what the scanner finds is refused by name, not kept, and goes with no message", async () => {
  const content = Buffer.concat([pdf(), eicar]);
  const { putPath, file } = (await upload(sam, content)).data.uploadMessageFile;
  await ask(putPath, { method: "PUT", body: content });
  expect(codeOf(await send(sam, [file.id], "key-quarantine"))).toBe("FILE_NOT_READY");
  expect(codeOf(await confirm(sam, file.id))).toBe("FILE_REFUSED");
  expect(codeOf(await confirm(sam, file.id))).toBe("FILE_REFUSED");
  expect(codeOf(await send(sam, [file.id], "key-harmful"))).toBe("FILE_REFUSED");
  expect(await readdir(join(folder, file.id))).toEqual([]);
});

test("a refused send keeps what was typed as draft", async () => {
  await send(sam, ["fil_nowhere"], "key-draft", "Typed with care");
  const { data } = await service.query(sam, "query ($id: ID!) { conversation(id: $id) { draft { text } } }", {
    id: con,
  });
  expect(data.conversation.draft.text).toBe("Typed with care");
});

test("a scanner that does not answer leaves a file in quarantine, until it does", async () => {
  const content = pdf();
  const { putPath, file } = (await upload(sam, content)).data.uploadMessageFile;
  await ask(putPath, { method: "PUT", body: content });
  const scanner = files.scanner.scan;
  files.scanner.scan = () => Promise.reject(new Error("away"));
  expect((await confirm(sam, file.id)).data.confirmMessageFile).toMatchObject({
    state: "QUARANTINED",
    downloadPath: null,
  });
  files.scanner.scan = scanner;
  expect(codeOf(await send(sam, [file.id], "key-away"))).toBe("FILE_NOT_READY");

  now = new Date("2026-09-14T09:01:00Z");
  await files.sweep();
  expect((await send(sam, [file.id], "key-back")).data.sendMessage.files).toHaveLength(1);
});

test("what is attached to nothing is thrown away after a day, and nothing else", async () => {
  const [forgotten, kept] = [await added(sam), await added(sam)];
  await send(sam, [kept], "key-kept");
  now = new Date("2026-09-15T10:00:00Z");
  const recent = await added(sam);
  await files.sweep();
  const left = await service.database.em.fork().find(StoredFile, { id: { $in: [forgotten, kept, recent] } });
  expect(left.map(({ id }) => id).sort()).toEqual([kept, recent].sort());
  expect(await readdir(join(folder, forgotten))).toEqual([]);
});

test("a file goes once, with its own conversation, from whoever added it, ten at a time", async () => {
  const id = await added(sam);
  expect(codeOf(await send(lena, [id], "key-hers"))).toBe("NOT_FOUND");
  expect(codeOf(await confirm(lena, id))).toBe("NOT_FOUND");
  const [here, there] = [con, await converse(service)];
  con = there;
  expect(codeOf(await send(sam, [id], "key-there"))).toBe("NOT_FOUND");
  con = here;
  expect((await send(sam, [id], "key-here")).data.sendMessage.files).toHaveLength(1);
  expect(codeOf(await send(sam, [id], "key-again"))).toBe("FILE_ATTACHED");
  expect(codeOf(await send(sam, [], "key-here"))).toBe("IDEMPOTENCY_KEY_REUSED");
  const eleven = Array.from({ length: 11 }, (_, n) => `fil_${n}`);
  expect(codeOf(await send(sam, eleven, "key-eleven"))).toBe("BAD_USER_INPUT");
});

test("twenty files may wait to be attached; others do not count", async () => {
  for (let n = 0; n < 20; n += 1) expect(codeOf(await upload(sam, pdf(String(n))))).toBeUndefined();
  expect(codeOf(await upload(sam, pdf()))).toBe("UPLOADS_FULL");
  expect(codeOf(await upload(lena, pdf()))).toBeUndefined();
});

test("nobody adds a file to a conversation that they have no part in", async () => {
  expect(codeOf(await upload(anna, pdf()))).toBe("NOT_FOUND");
  expect(codeOf(await upload(helen, pdf()))).toBe("FORBIDDEN");
});

test("a link is judged anew at each use: it expires, and whoever has left reads nothing by it", async () => {
  await joins("per_mina", "app_mina");
  await send(sam, [await added(sam)], "key-link");
  const [hers] = await newestFiles(mina);
  const [lenas] = await newestFiles(lena);
  expect((await ask(hers!.downloadPath)).status).toBe(200);
  await leaves("app_mina");
  expect(await refusalOf(await ask(hers!.downloadPath))).toEqual([404, "NOT_FOUND"]);
  expect((await ask(lenas!.downloadPath)).status).toBe(200);
  now = new Date("2026-09-14T09:15:01Z");
  expect(await refusalOf(await ask(lenas!.downloadPath))).toEqual([410, "LINK_EXPIRED"]);
});

test("the files of a deleted message are gone, but for the one of the programme team who opened the conversation", async () => {
  const { id } = (await send(sam, [await added(sam)], "key-deleted")).data.sendMessage;
  const [before] = await newestFiles(lena);
  await service.query(sam, "mutation ($id: ID!) { deleteMessage(messageId: $id) { files { id } } }", { id });
  expect(await newestFiles(lena)).toEqual([]);
  expect((await ask(before!.downloadPath)).status).toBe(404);

  const opened = await service.query(
    helen,
    `mutation ($id: ID!) {
       openConversation(conversationId: $id, reason: "A concern was reported") { transcript { nodes { files { downloadPath } } } }
     }`,
    { id: con },
  );
  const [line] = opened.data.openConversation.transcript.nodes;
  expect((await ask(line.files[0].downloadPath)).status).toBe(200);
});

test("files of twenty messages cost one statement", async () => {
  for (let n = 0; n < 3; n += 1) await send(sam, [await added(sam, pdf(String(n)))], `key-list-${n}`);
  service.statements.length = 0;
  expect(await newestFiles(lena)).toHaveLength(1);
  expect(service.statements.filter((statement) => statement.includes('"file"'))).toHaveLength(1);
});
