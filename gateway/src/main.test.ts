import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ask, listenOn, socketTo, until } from "./testing/ask.ts";
import { composed, type Shop, startShop } from "./testing/shop.ts";

const main = path.join(import.meta.dirname, "main.js");
const folder = mkdtempSync(path.join(tmpdir(), "gateway-"));
const file = path.join(folder, "supergraph.graphql");
let shop: Shop;
let accountsReady = true;

beforeAll(async () => {
  shop = await startShop({ ready: () => accountsReady });
  writeFileSync(file, shop.supergraph);
  writeFileSync(path.join(folder, "broken.graphql"), "type Query {");
  writeFileSync(path.join(folder, "plain.graphql"), "type Query { me: String }");
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  const output = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    output.out += data;
  });
  child.stderr.on("data", (data) => {
    output.err += data;
  });
  return { child, output, exit: once(child, "exit").then(([code]) => code as number | null) };
}

async function started(args: string[], env: Record<string, string> = {}) {
  const process = run(args, env);
  await until(() => process.output.out.includes("gateway ready to serve"));
  const line = process.output.out.split("\n").find((each) => each.includes("gateway ready to serve")) ?? "";
  return { ...process, url: JSON.parse(line).url as string };
}

test("it serves any supergraph from the command line and demands no sign-in", async () => {
  const gateway = await started(["--supergraph", file, "--port", "0"]);
  const { data } = await ask(gateway.url, "{ me { name reviews { body } } }", {
    headers: { authorization: "Bearer whatever" },
  });
  expect(data).toEqual({ me: { name: "Ada", reviews: [{ body: "Sturdy" }] } });
  gateway.child.kill("SIGTERM");
  expect(await gateway.exit).toBe(0);
});

test("addresses of subgraphs come from the environment when it has them", async () => {
  const elsewhere = path.join(folder, "elsewhere.graphql");
  writeFileSync(elsewhere, composed([{ ...shop.accounts, url: "http://127.0.0.1:9/graphql" }]));
  const gateway = await started(["--supergraph", elsewhere, "--port", "0"], {
    SUBGRAPH_URL_ACCOUNTS: shop.accounts.url,
  });
  expect((await ask(gateway.url, "{ me { name } }")).data).toEqual({ me: { name: "Ada" } });
  gateway.child.kill("SIGTERM");
  await gateway.exit;
});

test("readiness says which subgraph is missing, liveness does not care", async () => {
  const gateway = await started(["--supergraph", file, "--port", "0"]);
  accountsReady = false;
  const ready = await fetch(`${gateway.url}/health/ready`);
  accountsReady = true;
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ status: "not ready", waitingFor: ["accounts"] });
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  gateway.child.kill("SIGTERM");
  await gateway.exit;
});

test("on SIGTERM an open request is finished and sockets are told to go", async () => {
  const gateway = await started(["--supergraph", file, "--port", "0"], { SUBGRAPH_TIMEOUT_MS: "1500" });
  let closed: { code: number; reason: string } | null = null;
  const client = socketTo(gateway.url, {
    on: {
      closed: (event) => {
        closed = event as { code: number; reason: string };
      },
    },
  });
  listenOn(client, "subscription { reviewAdded { body } }");
  await until(() => shop.reviews.running() === 1);
  const slow = ask(gateway.url, "{ slow products { name } }");
  await until(() => shop.products.calls.some(({ query }) => query.includes("products")));
  gateway.child.kill("SIGTERM");
  expect((await slow).data).toMatchObject({ products: [{ name: "Table" }, { name: "Chair" }] });
  expect(await gateway.exit).toBe(0);
  expect(closed).toMatchObject({ code: 1001, reason: expect.stringMatching(/SHUTTING_DOWN/) });
  await until(() => shop.reviews.running() === 0);
});

test.each<[string, string[], RegExp]>([
  ["a supergraph that is not there", ["--supergraph", "gone.graphql"], /supergraph file gone\.graphql does not exist/],
  ["an unknown flag", ["--supergraf", "x"], /Unknown option '--supergraf'/],
])("%s: one sentence, exit code 1", async (_what, args, sentence) => {
  const { output, exit } = run(args);
  expect(await exit).toBe(1);
  expect(output.err).toMatch(sentence);
  expect(output.err).not.toMatch(/\n {4}at /);
});

test("a taken port: one sentence, exit code 1", async () => {
  const occupant = createServer().listen(0, "127.0.0.1");
  await once(occupant, "listening");
  const { port } = occupant.address() as AddressInfo;
  const { output, exit } = run(["--supergraph", file, "--port", String(port)]);
  expect(await exit).toBe(1);
  expect(output.err).toMatch(new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is taken by another program`));
  expect(output.err).not.toMatch(/\n {4}at /);
  occupant.close();
});
