import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn } from "./graph-client.ts";
import { descendants, type RunningPlatform, startPlatform, temporaryFolder } from "./running-platform.ts";

const MESSAGES = 40;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let platform: RunningPlatform;

beforeAll(async () => {
  folder = await temporaryFolder();
  platform = await startPlatform("start", folder.path);
});

afterAll(async () => {
  await platform.stop();
  await folder.remove();
});

/** kill -9 of the platform's processes; PostgreSQL's own only when asked. */
async function cutPower(withPostgres: boolean): Promise<void> {
  const postmaster = Number((await readFile(path.join(folder.path, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);
  const platforms = (await descendants(platform.process.pid ?? 0)).filter(
    ({ args }) => !/postgres/.test(args[0] ?? ""),
  );
  const victims = [
    platform.process.pid ?? 0,
    ...platforms.map(({ pid }) => pid),
    ...(withPostgres ? [postmaster] : []),
  ];
  for (const pid of victims) process.kill(pid, "SIGKILL");
}

test.each([
  ["the platform", false],
  ["the platform and PostgreSQL", true],
])(
  "kill -9 of %s while messages are sent: none that was acknowledged is lost, none comes twice",
  async (_, withPostgres) => {
    const send = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { sequence } }";
    const before = await signIn(platform.origin, "sam.subject@psqm.example");
    const { viewer } = await before.get("{ viewer { schools { school { enrolments { conversation { id } } } } } }");
    const conversationId = viewer.schools[0].school.enrolments[0].conversation.id as string;
    const texts = Array.from({ length: MESSAGES }, (_unused, n) => `${n} of ${crypto.randomUUID()}`);
    const input = (text: string) => ({ input: { conversationId, text, clientKey: text } });
    const acknowledged = new Map<string, number>();
    const attempts = texts.map(async (text) => {
      const { sendMessage } = await before.get(send, input(text));
      acknowledged.set(text, sendMessage.sequence);
      if (acknowledged.size === MESSAGES / 4) await cutPower(withPostgres);
    });
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);

    platform = await startPlatform("start", folder.path);
    const after = await signIn(platform.origin, "sam.subject@psqm.example");
    for (const text of texts) {
      const { sendMessage } = await after.get(send, input(text));
      if (acknowledged.has(text)) expect(sendMessage.sequence).toBe(acknowledged.get(text));
    }
    const { conversation } = await after.get(
      "query ($id: ID!) { conversation(id: $id) { lastSequence messages(first: 100) { nodes { sequence text } } } }",
      { id: conversationId },
    );
    const messages = conversation.messages.nodes as { sequence: number; text: string }[];
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_unused, index) => index + 1));
    const written = messages.map(({ text }) => text).filter((text) => texts.includes(text));
    expect([...written].sort()).toEqual([...texts].sort());
  },
);
