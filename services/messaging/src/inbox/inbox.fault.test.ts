import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { operationText, signViewer, VIEWER_EXTENSION, VIEWER_HEADER } from "@psqm/identity/signing";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, subjectLeader } from "@psqm/testing/viewers";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { messaging } from "../service.ts";
import { converse } from "../testing/conversations.ts";

const MESSAGES = 1_000;
const CUTS = 50;
const CONVERSATIONS = 4;

let service: TestSubgraph;
const replicas: { url: string; process: ChildProcess }[] = [];
beforeAll(async () => {
  service = await startTestSubgraph(messaging);
  for (let n = 0; n < 2; n += 1) replicas.push(await startReplica());
});
afterAll(async () => {
  for (const { process } of replicas) process.kill("SIGKILL");
  await service.close();
});

/** The service as a process of its own, on the same database: one that can be killed. */
async function startReplica() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  const child = fork(join(import.meta.dirname, "..", "main.js"), {
    env: {
      ...process.env,
      DATABASE_URL: service.testDatabase.urlOf("messaging"),
      SIGNING_SECRET: TEST_SIGNING_SECRET,
      PORT: String(port),
      LOG_LEVEL: "silent",
    },
    execArgv: [],
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await until("the replica is ready", () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { url: `${url}/graphql`, process: child };
}

const sign = (viewer: Viewer, body: string) => signViewer(TEST_SIGNING_SECRET, { audience: "messaging", viewer, body });
const anyReplica = () => replicas[Math.floor(Math.random() * replicas.length)]!.url;

/** Sends until some replica has answered, under one client key, as a client on a train does. */
async function send(viewer: Viewer, conversationId: string, text: string): Promise<void> {
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }";
  const body = JSON.stringify({ query, variables: { input: { conversationId, text, clientKey: text } } });
  for (;;) {
    const headers = { "content-type": "application/json", [VIEWER_HEADER]: await sign(viewer, body) };
    const answer = await fetch(anyReplica(), { method: "POST", headers, body })
      .then((response) => response.json() as Promise<{ data?: { sendMessage: { id: string } } }>)
      .catch(() => undefined);
    if (answer?.data?.sendMessage) return;
    await delay(20);
  }
}

interface Heard {
  cursor: string;
  message: { text: string; sequence: number; conversation: { id: string } };
}

/** A client that comes back to any replica with its last cursor whenever it is cut off. */
function listener(viewer: Viewer) {
  const heard: Heard["message"][] = [];
  let cursor = "";
  let cuts = 0;
  let socket: WebSocket | undefined;
  let over = false;
  class Watched extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols);
      socket = this;
    }
  }
  const listening = (async () => {
    while (!over) {
      const client = createClient({
        url: anyReplica().replace("http", "ws"),
        webSocketImpl: Watched,
        retryAttempts: 0,
      });
      const operation = {
        query:
          "subscription ($after: String) { inbox(after: $after) { cursor message { text sequence conversation { id } } } }",
        variables: { after: cursor },
      };
      try {
        const extensions = { [VIEWER_EXTENSION]: await sign(viewer, operationText(operation)) };
        for await (const { data } of client.iterate<{ inbox: Heard }>({ ...operation, extensions })) {
          if (!data) throw new Error("An event came without data.");
          heard.push(data.inbox.message);
          cursor = data.inbox.cursor;
          if (heard.length === MESSAGES) return;
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
    listening,
    cuts: () => cuts,
    /** Cuts the line without a word, as a tunnel does. */
    cut() {
      if (socket?.readyState !== WebSocket.OPEN) return;
      cuts += 1;
      socket.terminate();
    },
    stop() {
      over = true;
      socket?.terminate();
    },
  };
}

test("a thousand messages in four conversations reach both sides once and in order, through fifty cuts and a killed replica", async () => {
  const lena = hubLeader("hub_fault", "per_lena");
  const sam = subjectLeader("sch_fault", "per_sam");
  const conversations: string[] = [];
  for (let n = 0; n < CONVERSATIONS; n += 1) {
    conversations.push(await converse(service, { schoolId: "sch_fault", hubId: "hub_fault" }));
  }
  const sides = [listener(lena), listener(sam)];
  const cutsMade = () => sides.reduce((sum, side) => sum + side.cuts(), 0);

  let sent = 0;
  const sender = async () => {
    while (sent < MESSAGES) {
      const n = sent++;
      await send(n % 2 ? lena : sam, conversations[n % CONVERSATIONS]!, `message ${n}`);
    }
  };
  const sending = Promise.all([sender(), sender(), sender()]);
  const cutting = (async () => {
    while (cutsMade() < CUTS) {
      await delay(Math.random() * 60);
      sides[Math.floor(Math.random() * sides.length)]!.cut();
    }
  })();
  await until("half is sent", () => sent >= MESSAGES / 2, 60_000);
  const [killed] = replicas.splice(0, 1);
  killed!.process.kill("SIGKILL");

  await sending;
  await cutting;
  const everything = Promise.all(sides.map(({ listening }) => listening));
  const patience = new AbortController();
  const enough = delay(60_000, undefined, { signal: patience.signal }).catch(() => {});
  await Promise.race([everything, enough]);
  patience.abort();
  for (const side of sides) side.stop();
  await everything;

  expect(cutsMade()).toBeGreaterThanOrEqual(CUTS);
  const inOrder = await service.database.em
    .fork()
    .execute<{ id: string; texts: string[] }[]>(
      "select conversation_id as id, array_agg(text order by sequence) as texts from message group by conversation_id",
    );
  expect(inOrder.flatMap(({ texts }) => texts)).toHaveLength(MESSAGES);
  for (const side of sides) {
    expect(side.heard).toHaveLength(MESSAGES);
    for (const { id, texts } of inOrder) {
      const heard = side.heard.filter(({ conversation }) => conversation.id === id);
      expect(heard.map(({ text }) => text)).toEqual(texts);
      expect(heard.map(({ sequence }) => sequence)).toEqual(texts.map((_, n) => n + 1));
    }
  }
}, 240_000);
