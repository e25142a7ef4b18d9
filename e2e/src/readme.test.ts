import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type GraphClient, signIn } from "./graph-client.ts";
import { ROOT, type RunningPlatform, startPlatform, temporaryFolder } from "./running-platform.ts";

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

/** The operation that README shows under `<!-- example: KIND, as WHO -->`, and who is to paste it. */
async function example(kind: string): Promise<{ who: string; document: string }> {
  const readme = await readFile(path.join(ROOT, "README.md"), "utf8");
  const match = new RegExp(`<!-- example: ${kind}, as (\\S+) -->\\n\`\`\`graphql\\n([\\s\\S]*?)\`\`\``).exec(readme);
  if (!match) throw new Error(`README shows no ${kind}.`);
  return { who: `${match[1]}@psqm.example`, document: match[2] ?? "" };
}

test("README's query, subscription and mutation work when pasted", async () => {
  const clients: GraphClient[] = [];
  const as = async (who: string) => {
    const client = await signIn(platform.origin, who);
    clients.push(client);
    return client;
  };
  const query = await example("query");
  const { viewer } = await (await as(query.who)).get(query.document);
  const [{ school }] = viewer.schools;
  expect(school).toMatchObject({ name: "Wolds Edge Primary School", pupils: 64 });
  expect(school.enrolments[0]).toMatchObject({
    hub: { leaders: [{ name: expect.any(String) }] },
    assessment: {},
    invoice: {},
  });
  const conversationId = school.enrolments[0].conversation.id as string;

  const mutation = await example("mutation");
  const { sendMessage } = await (await as(mutation.who)).get(mutation.document, { conversationId });

  const subscription = await example("subscription");
  const events = (await as(subscription.who)).subscribe(subscription.document, { conversationId });
  for (let sequence = 1; sequence <= sendMessage.sequence; sequence += 1) {
    const { value } = await events.next();
    expect(value.data.messageReceived).toMatchObject({
      sequence,
      sender: { name: expect.any(String) },
      conversation: { school: { name: "Wolds Edge Primary School" } },
    });
  }
  await events.return?.();
  for (const client of clients) await client.close();
});

test("the people that README names can sign in", async () => {
  const readme = await readFile(path.join(ROOT, "README.md"), "utf8");
  const names = [...readme.matchAll(/^\| ([a-z]+\.[a-z]+) \|/gm)].map(([, name]) => name);
  expect(names).toHaveLength(11);
  for (const name of names) {
    const client = await signIn(platform.origin, `${name}@psqm.example`);
    expect((await client.get("{ viewer { person { id } } }")).viewer.person).toEqual({ id: expect.any(String) });
  }
});
