import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { ask, listenOn, socketTo, until } from "../testing/ask.ts";
import { composed, type Shop, startShop } from "../testing/shop.ts";

const main = path.join(import.meta.dirname, "..", "main.js");
const folder = mkdtempSync(path.join(tmpdir(), "workers-"));
const file = path.join(folder, "supergraph.graphql");
const running = new Set<ChildProcess>();
let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});
afterEach(async () => {
  await Promise.all([...running].map((child) => stop(child)));
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}

interface Line {
  msg: string;
  url?: string;
  worker?: number;
  metricsPort?: number;
  pid?: number;
}

/** Two workers, and what they and their primary have logged. */
async function startTwo(env: Record<string, string> = {}) {
  writeFileSync(file, shop.supergraph);
  const child = spawn(process.execPath, [main, "--supergraph", file, "--port", "0", "--workers", "2"], {
    env: { PATH: process.env["PATH"] ?? "", METRICS_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  let out = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  const lines = (words: string) =>
    out
      .split("\n")
      .filter((line) => line.includes(words))
      .map((line) => JSON.parse(line) as Line);
  await until(() => lines("all workers serve").length === 1);
  const [{ url = "", metricsPort }] = lines("all workers serve") as [Line];
  const metrics = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return { child, url, lines, metrics };
}

const total = (text: string, series: string): number =>
  text
    .split("\n")
    .filter((line) => line.startsWith(series))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);

/** The processes that the primary has, in the order in which they began. */
async function workersOf(child: ChildProcess): Promise<number[]> {
  const listing = spawn("ps", ["-o", "pid=", "--ppid", `${child.pid}`]);
  let out = "";
  listing.stdout.on("data", (data) => {
    out += data;
  });
  await once(listing, "close");
  return out.split("\n").filter(Boolean).map(Number);
}

const inNewConnection = { connection: "close" };

test("two processes serve one port: requests, sockets and streams, and their metrics are one", async () => {
  const { child, url, metrics } = await startTwo();
  expect(await workersOf(child)).toHaveLength(2);
  for (let n = 0; n < 10; n++) {
    const { data } = await ask(url, "query Names { me { name } }", { headers: inNewConnection });
    expect(data).toEqual({ me: { name: "Ada" } });
  }
  const clients = Array.from({ length: 4 }, () => socketTo(url));
  const heard = clients.map((client) => listenOn(client, "subscription { reviewAdded { body author { name } } }"));
  // Each process shares one upstream subscription among its own.
  await until(() => shop.reviews.running() === 2);
  const stream = await fetch(`${url}/graphql?query=${encodeURIComponent("subscription{countdown(from:2)}")}`, {
    headers: { accept: "text/event-stream", "sec-fetch-site": "same-origin" },
  });
  expect((await stream.text()).match(/"countdown"/g)).toHaveLength(2);
  shop.addReview({ id: "1", body: "to all", authorId: "u1", upc: "p1" });
  await until(() => heard.every(({ events }) => events.length === 1));
  const text = await metrics();
  expect(total(text, 'gateway_operation_seconds_count{operation="Names"')).toBe(10);
  expect(total(text, 'gateway_open{what="sockets"}')).toBe(4);
  await Promise.all(clients.map((client) => client.dispose()));
}, 30_000);

test("a worker that is killed is replaced, and what the other does goes on", async () => {
  const { child, url, metrics, lines } = await startTwo();
  const clients = Array.from({ length: 4 }, () => socketTo(url));
  const heard = clients.map((client) => listenOn(client, "subscription { reviewAdded { body } }"));
  await until(() => shop.reviews.running() === 2);
  for (let n = 0; n < 10; n++) await ask(url, "query Before { me { name } }", { headers: inNewConnection });
  let cut = 0;
  for (const { over } of heard) void over.then(() => ++cut);
  await metrics();
  const [victim = 0, other = 0] = await workersOf(child);
  process.kill(victim, "SIGKILL");
  await until(() => lines("gateway ready to serve").length === 3);
  const now = await workersOf(child);
  expect(now).toHaveLength(2);
  expect(now).toContain(other);
  shop.addReview({ id: "2", body: "to those who stayed", authorId: "u1", upc: "p1" });
  await until(() => heard.filter(({ events }) => events.length === 1).length === clients.length - cut);
  expect(cut).toBeGreaterThan(0);
  expect(cut).toBeLessThan(clients.length);
  for (let n = 0; n < 20; n++) {
    const { data } = await ask(url, "query After { me { name } }", { headers: inNewConnection });
    expect(data).toEqual({ me: { name: "Ada" } });
  }
  const text = await metrics();
  // Prometheus would take a sum that falls for a new beginning and count everything twice.
  expect(total(text, 'gateway_operation_seconds_count{operation="Before"')).toBe(10);
  expect(total(text, 'gateway_operation_seconds_count{operation="After"')).toBe(20);
  await Promise.all(clients.map((client) => client.dispose()));
}, 30_000);

test("a new supergraph is served by all", async () => {
  const { url, lines } = await startTwo();
  writeFileSync(file, composed([shop.accounts]));
  await until(() => lines("serving a new supergraph").length === 2);
  for (let n = 0; n < 4; n++) {
    const { errors } = await ask(url, "{ products { name } }", { headers: inNewConnection });
    expect(errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
  }
}, 30_000);

test("on SIGTERM all finish what they do, tell their sockets, and end", async () => {
  const { child, url } = await startTwo({ SUBGRAPH_TIMEOUT_MS: "500" });
  const closings: unknown[] = [];
  const clients = Array.from({ length: 4 }, () => socketTo(url, { on: { closed: (event) => closings.push(event) } }));
  for (const client of clients) listenOn(client, "subscription { reviewAdded { body } }");
  await until(() => shop.reviews.running() === 2);
  const known = shop.products.calls.length;
  const slow = Array.from({ length: 4 }, () => ask(url, "{ slow products { name } }"));
  await until(() => shop.products.calls.length === known + 4);
  const workers = await workersOf(child);
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  for (const { data } of await Promise.all(slow)) expect(data).toMatchObject({ products: [{ name: "Table" }, {}] });
  expect(await exit).toEqual([0, null]);
  expect(closings).toHaveLength(4);
  for (const closing of closings) {
    expect(closing).toMatchObject({ code: 1001, reason: expect.stringMatching(/SHUTTING_DOWN/) });
  }
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
}, 30_000);

test("workers end when their primary is killed", async () => {
  const { child } = await startTwo();
  const workers = await workersOf(child);
  child.kill("SIGKILL");
  const isGone = (pid: number) => {
    try {
      return process.kill(pid, 0) && false;
    } catch {
      return true;
    }
  };
  await until(() => workers.every(isGone));
}, 30_000);

test.each<[string, string[], Record<string, string>, RegExp]>([
  ["a number of workers that is none", ["--workers", "0"], {}, /--workers or WORKERS must be from 1 to 64, not 0/],
  ["metrics without a port", ["--workers", "2"], { METRICS_PATH: "/metrics" }, /METRICS_PATH: .*Set METRICS_PORT too/],
  ["what a worker finds", ["--workers", "2", "--supergraph", "gone"], {}, /supergraph file gone does not exist/],
])(
  "%s ends the start with a sentence",
  async (_what, args, env, sentence) => {
    writeFileSync(file, shop.supergraph);
    const child = spawn(process.execPath, [main, "--supergraph", file, "--port", "0", ...args], {
      env: { PATH: process.env["PATH"] ?? "", ...env },
    });
    let said = "";
    child.stderr.on("data", (data) => {
      said += data;
    });
    const [code] = await once(child, "exit");
    expect(code).toBe(1);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/\n {4}at /);
  },
  30_000,
);
