import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DemoIssuer } from "@psqm/gateway/identity/demo-issuer";
import { startTestRedis, type TestRedis, withoutRedis } from "@psqm/testing/test-redis";
import { until } from "@psqm/testing/until";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { demoToken, type GraphClient, graphClient, signIn } from "./graph-client.ts";
import {
  descendants,
  describeProcess,
  freePort,
  isReady,
  ROOT,
  type RunningPlatform,
  type SystemProcess,
  startPlatform,
  temporaryFolder,
} from "./running-platform.ts";

const MESSAGES = 1_000;
const CUTS = 50;
const CLOCK_OFF_MS = 600_000;
/** For how long Redis is away at least; a minute is for a run by hand: it takes as long as that. */
const REDIS_AWAY_MS = Number(process.env["REDIS_AWAY_SECONDS"] ?? 5) * 1_000;

/** A door to the graph: a gateway with the messaging behind it. */
interface Door {
  origin: string;
  messaging: SystemProcess;
  gateway: SystemProcess;
}

/** A process like another one, but for what its environment changes. Gives what describes it. */
async function startBeside(like: SystemProcess, changes: Record<string, string>): Promise<SystemProcess> {
  const [command = "node", ...args] = like.args;
  const child = spawn(command, args, { cwd: ROOT, env: { ...like.env, ...changes }, stdio: "ignore" });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${like.args.join(" ")} does not start.`);
  const started = { pid, args: like.args, env: { ...like.env, ...changes } };
  running.push(started);
  await until(`${args.join(" ")} is ready`, () => isReady(`http://127.0.0.1:${started.env["PORT"]}`), 60_000);
  return started;
}

/** Makes a process believe that it is later than it is. */
const clockAhead = (milliseconds: number) => {
  const code = `const Real = Date; globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + ${milliseconds}); }
    static now() { return Real.now() + ${milliseconds}; } };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
};

const running: SystemProcess[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let redis: TestRedis | undefined;
let platform: RunningPlatform;
let doors: [Door, Door];

async function open(withRedis: boolean): Promise<void> {
  folder = await temporaryFolder();
  if (withRedis) redis = await startTestRedis();
  platform = await startPlatform("start:services", folder.path, undefined, redis && { REDIS_URL: redis.url });
  const processes = await descendants(platform.process.pid ?? 0);
  const find = (part: string) => {
    const found = processes.find(({ args }) => args.some((arg) => arg.endsWith(`${part}/dist/main.js`)));
    if (!found) throw new Error(`There is no process of ${part}.`);
    return found;
  };
  const [messaging, gateway] = [find("services/messaging"), find("gateway")];
  // The second door's clock is ten minutes ahead of the first's, for all that follows.
  const ahead = clockAhead(CLOCK_OFF_MS);
  const other = await startBeside(messaging, { ...ahead, PORT: `${await freePort()}` });
  const otherGateway = await startBeside(gateway, {
    ...ahead,
    PORT: `${await freePort()}`,
    WORKERS: "1",
    // Tokens name the address of the first as their issuer's.
    PUBLIC_URL: `http://localhost:${gateway.env["PORT"]}`,
    SUBGRAPH_URL_messaging: `http://127.0.0.1:${other.env["PORT"]}/graphql`,
  });
  doors = [
    { origin: platform.origin, messaging, gateway },
    { origin: `http://127.0.0.1:${otherGateway.env["PORT"]}`, messaging: other, gateway: otherGateway },
  ];
}

async function close(): Promise<void> {
  for (const { pid } of running.splice(0)) {
    if (await describeProcess(pid)) process.kill(pid, "SIGKILL");
  }
  await platform.stop();
  await redis?.stop();
  redis = undefined;
  await folder.remove();
}

async function killAndStartAgain(victim: SystemProcess): Promise<SystemProcess> {
  process.kill(victim.pid, "SIGKILL");
  await until("it is gone", async () => !(await isReady(`http://127.0.0.1:${victim.env["PORT"]}`)), 10_000);
  return startBeside(victim, {});
}

const anyDoor = () => doors[Math.random() < 0.5 ? 0 : 1];
const SEND = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { sequence } }";

/** Sends through either door until it is acknowledged, under one client key, as a client on a train does. */
async function send(tokens: string, conversationId: string, text: string): Promise<number> {
  for (;;) {
    const client = graphClient(anyDoor().origin, { authorization: tokens });
    const answer = await client.ask(SEND, { input: { conversationId, text, clientKey: text } }).catch(() => undefined);
    if (answer?.data?.sendMessage) return answer.data.sendMessage.sequence as number;
    await delay(20);
  }
}

interface Heard {
  text: string;
  sequence: number;
}

/** Follows an inbox through either door, and comes back with its last cursor whenever it is cut off. */
function listener(authorization: string, conversationId: string, from: string) {
  const heard: Heard[] = [];
  let cursor = from;
  let cuts = 0;
  let over = false;
  let socket: WebSocket | undefined;
  class Watched extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols);
      socket = this;
    }
  }
  const listening = (async () => {
    while (!over) {
      const client = createClient({
        url: `${anyDoor().origin.replace("http", "ws")}/graphql`,
        webSocketImpl: Watched,
        connectionParams: { authorization },
        retryAttempts: 0,
      });
      try {
        const events = client.iterate<{ inbox: { cursor: string; message: Heard & { conversation: { id: string } } } }>(
          {
            query:
              "subscription ($after: String) { inbox(after: $after) { cursor message { text sequence sender { name } conversation { id } } } }",
            variables: { after: cursor },
          },
        );
        for await (const { data } of events) {
          if (!data) throw new Error("An event came without data.");
          const { conversation, text, sequence } = data.inbox.message;
          if (conversation.id === conversationId) heard.push({ text, sequence });
          cursor = data.inbox.cursor;
          if (over) break;
        }
      } catch {
        await delay(10);
      } finally {
        await client.dispose();
      }
    }
  })();
  return {
    heard,
    cuts: () => cuts,
    /** Cuts the line without a word, as a tunnel does. */
    cut() {
      if (socket?.readyState !== WebSocket.OPEN) return;
      cuts += 1;
      socket.terminate();
    },
    async stop() {
      over = true;
      socket?.terminate();
      await listening;
    },
  };
}

const bearer = async (name: string) => `Bearer ${await demoToken(platform.origin, `${name}@psqm.example`)}`;

async function conversationOf(member: GraphClient): Promise<string> {
  const { viewer } = await member.get("{ viewer { schools { school { enrolments { conversation { id } } } } } }");
  return viewer.schools[0].school.enrolments[0].conversation.id;
}

/** Both talk to each other while lines are cut and processes killed; they end with the same list, which is the whole. */
async function talkThroughFaults(during: () => Promise<unknown>): Promise<void> {
  const [sam, lena] = await Promise.all([bearer("sam.subject"), bearer("lena.leader")]);
  const asSam = graphClient(platform.origin, { authorization: sam });
  const con = await conversationOf(asSam);
  const before = (await asSam.get("query ($id: ID!) { conversation(id: $id) { lastSequence } }", { id: con }))
    .conversation.lastSequence as number;
  const cursors = await Promise.all(
    [sam, lena].map((authorization) => graphClient(platform.origin, { authorization }).get("{ inboxCursor }")),
  );
  const sides = [sam, lena].map((tokens, n) => listener(tokens, con, cursors[n].inboxCursor));
  const round = crypto.randomUUID();
  let sent = 0;
  const acknowledged = new Map<number, string>();
  const talking = [sam, lena].flatMap((tokens, n) =>
    [1, 2, 3].map(async (device) => {
      while (sent < MESSAGES) {
        sent += 1;
        const text = `${round} ${n} ${device} ${sent}`;
        acknowledged.set(await send(tokens, con, text), text);
      }
    }),
  );
  let over = false;
  const cutting = (async () => {
    while (!over || sides.reduce((sum, { cuts }) => sum + cuts(), 0) < CUTS) {
      await delay(Math.random() * 100);
      const side = sides[Math.random() < 0.5 ? 0 : 1];
      if (sides.reduce((sum, { cuts }) => sum + cuts(), 0) < CUTS) side?.cut();
      else if (over) return;
    }
  })();
  const killing = (async () => {
    await until("a good part is sent", () => sent > MESSAGES / 5, 60_000);
    doors[0].messaging = await killAndStartAgain(doors[0].messaging);
    await until("more is sent", () => sent > MESSAGES / 2, 60_000);
    doors[1].gateway = await killAndStartAgain(doors[1].gateway);
  })();
  await Promise.all([...talking, killing, during()]);
  over = true;
  await cutting;

  const everything = Array.from({ length: MESSAGES }, (_, n) => ({
    text: acknowledged.get(before + n + 1),
    sequence: before + n + 1,
  }));
  await until("both have everything", () => sides.every(({ heard }) => heard.length >= MESSAGES), 30_000);
  await Promise.all(sides.map((side) => side.stop()));
  expect(acknowledged.size).toBe(MESSAGES);
  // Both clocks have really been at work.
  const { conversation } = await asSam.get(
    "query ($id: ID!, $after: Int) { conversation(id: $id) { messages(first: 100, after: $after) { nodes { sentAt } } } }",
    { id: con, after: before },
  );
  const times = conversation.messages.nodes.map(({ sentAt }: { sentAt: string }) => new Date(sentAt).getTime());
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(CLOCK_OFF_MS / 2);
  for (const side of sides) expect(side.heard).toEqual(everything);
  expect(sides.reduce((sum, { cuts }) => sum + cuts(), 0)).toBeGreaterThanOrEqual(CUTS);
}

describe("over PostgreSQL alone", () => {
  beforeAll(() => open(false));
  afterAll(close);

  test("a thousand messages, fifty cuts, a service and a gateway killed, a clock ten minutes off: both have the same list", async () => {
    await talkThroughFaults(async () => {});
  }, 240_000);

  test("whoever loses their role hears nothing of what is said after, and is let go", async () => {
    const hq = await signIn(platform.origin, "helen.hq@psqm.example");
    const tess = await signIn(platform.origin, "tess.second@psqm.example");
    const sam = await bearer("sam.subject");
    const con = await conversationOf(graphClient(platform.origin, { authorization: sam }));
    const { viewer } = await tess.get("{ viewer { schools { school { id } } } }");
    const { school } = await hq.get("query ($id: ID!) { school(id: $id) { members { id role person { id } } } }", {
      id: viewer.schools[0].school.id,
    });
    const membership = school.members.find(({ role }: { role: string }) => role === "SECOND_PARTICIPANT");
    const heard: string[] = [];
    const events = tess.subscribe("subscription { inbox { message { text } } }");
    const listening = (async () => {
      for await (const { data } of events) {
        if (data) heard.push((data["inbox"] as { message: Heard }).message.text);
      }
    })().then(
      () => "ended",
      () => "cut off",
    );
    await until("she hears", async () => {
      await send(sam, con, `Before ${crypto.randomUUID()}`);
      return heard.length > 0;
    });
    await hq.get("mutation ($id: ID!) { endSchoolMembership(membershipId: $id) { id } }", { id: membership.id });
    for (let n = 0; n < 20; n += 1) await send(sam, con, `After ${crypto.randomUUID()}`);
    await listening;
    await delay(500);
    expect(heard.filter((text) => text.startsWith("After"))).toEqual([]);
    await Promise.all([hq.close(), tess.close()]);
  });

  test("a socket is closed within five seconds of its token's end", async () => {
    const { env } = doors[0].gateway;
    const [, payload = ""] = (await demoToken(platform.origin, "sam.subject@psqm.example")).split(".");
    const { iss, aud } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { iss: string; aud: string };
    const issuer = await DemoIssuer.create({ audience: aud, secret: env["DEMO_ISSUER_SECRET"] ?? "" });
    issuer.begin(iss);
    // It gives an hour; one that is given as of an hour ago, less three seconds, has three seconds left.
    const now = Date.now;
    Date.now = () => now() - 3_597_000;
    const { token, expiresAt } = await issuer.tokenFor("sam.subject@psqm.example").finally(() => {
      Date.now = now;
    });
    let closed = 0;
    const client = createClient({
      url: `${platform.origin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      on: {
        closed: () => {
          closed = Date.now();
        },
      },
    });
    const events = client.iterate({ query: "subscription { inbox { cursor } }" });
    await events.next().catch(() => {});
    const late = closed - new Date(expiresAt).getTime();
    expect(late).toBeGreaterThan(-1_000);
    expect(late).toBeLessThan(5_000);
    await client.dispose();
  });
});

(withoutRedis ? describe.skip : describe)(`over Redis${withoutRedis ? ` (${withoutRedis})` : ""}`, () => {
  beforeAll(() => open(true));
  afterAll(close);

  test("the same with Redis away for a while", async () => {
    await talkThroughFaults(async () => {
      await delay(1_000);
      await redis?.stop();
      await delay(REDIS_AWAY_MS);
      await redis?.start();
    });
  }, 400_000);
});
