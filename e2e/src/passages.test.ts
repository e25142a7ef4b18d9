import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn } from "./graph-client.ts";
import { type RunningPlatform, startPlatform, temporaryFolder } from "./running-platform.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let platform: RunningPlatform;

beforeAll(async () => {
  folder = await temporaryFolder();
  platform = await startPlatform("start:services", folder.path);
});

afterAll(async () => {
  await platform.stop();
  await folder.remove();
});

test("a calendar program reads a person's feed at the gateway with nothing but its path, until it is revoked", async () => {
  const sam = await signIn(platform.origin, "sam.subject@psqm.example");
  const { makeCalendarFeed } = await sam.get("mutation { makeCalendarFeed { path } }");
  const read = () => fetch(new URL(makeCalendarFeed.path, platform.origin));
  const answer = await read();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
  expect((await answer.text()).match(/^SUMMARY:Submit reflections with supporting evidence/gm)).toHaveLength(1);
  await sam.get("mutation { revokeCalendarFeed { madeAt } }");
  expect((await read()).status).toBe(404);
  await sam.close();
});

test("a file goes to a conversation and comes back at the gateway, from process to process, and 26 MB do not", async () => {
  const [anna, rafael] = await Promise.all([
    signIn(platform.origin, "anna.other@psqm.example"),
    signIn(platform.origin, "rafael.reviewer@psqm.example"),
  ]);
  const { conversations } = await anna.get("{ conversations(first: 1) { nodes { id } } }");
  const conversationId = conversations.nodes[0].id;
  const content = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(3_000_000)]);
  const { uploadMessageFile } = await anna.get(
    "mutation ($input: UploadMessageFileInput!) { uploadMessageFile(input: $input) { putPath file { id } } }",
    {
      input: {
        conversationId,
        name: "Plan.pdf",
        bytes: content.length,
        sha256: createHash("sha256").update(content).digest("hex"),
      },
    },
  );
  const put = (body: Uint8Array) =>
    fetch(new URL(uploadMessageFile.putPath, platform.origin), { method: "PUT", body: new Uint8Array(body) });
  const large = await put(Buffer.alloc(26 * 1024 * 1024));
  expect([large.status, await large.text()]).toEqual([413, expect.stringContaining("BODY_TOO_LARGE")]);
  expect((await put(content)).status).toBe(201);
  expect((await put(content)).status).toBe(409);

  const fileId = uploadMessageFile.file.id;
  await anna.get("mutation ($id: ID!) { confirmMessageFile(fileId: $id) { state } }", { id: fileId });
  const { sendMessage } = await anna.get(
    "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { sequence } }",
    { input: { conversationId, text: "Our plan", clientKey: `${fileId}`, files: [fileId] } },
  );
  const { conversation } = await rafael.get(
    "query ($id: ID!, $after: Int) { conversation(id: $id) { messages(after: $after) { nodes { files { downloadPath } } } } }",
    { id: conversationId, after: sendMessage.sequence - 1 },
  );
  const read = await fetch(new URL(conversation.messages.nodes[0].files[0].downloadPath, platform.origin));
  expect([read.status, read.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  expect(Buffer.from(await read.arrayBuffer()).equals(content)).toBe(true);
  await Promise.all([anna.close(), rafael.close()]);
});
