import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type TestDatabase, testDatabase } from "@psqm/testing/test-database";
import type { Client } from "graphql-ws";
import pg from "pg";
import { pino } from "pino";
import type { GatewayConfig } from "../configuration.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, bearer, listenOn, pause, socketTo, until } from "../testing/ask.ts";
import { type FakeOidc, startFakeOidc } from "../testing/fake-oidc.ts";
import { type FakeViewerService, startFakeViewerService } from "../testing/fake-viewer-service.ts";
import { composed, type Shop, startShop } from "../testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const BUDGET = 100;
let shop: Shop;
let oidc: FakeOidc;
let people: FakeViewerService;
let database: TestDatabase;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  [shop, oidc, people, database] = await Promise.all([
    startShop({ secret }),
    startFakeOidc(),
    startFakeViewerService(secret),
    testDatabase([]),
  ]);
  people.viewers.set(createHash("sha256").update("good-key").digest("hex"), { kind: "partner" });
  people.viewers.set(createHash("sha256").update("other-key").digest("hex"), { kind: "partner" });
});
afterAll(async () => {
  for (const each of open.reverse()) await each.close();
  await Promise.all([shop.close(), oidc.close(), people.close()]);
  await database.drop();
});

async function started(config: Partial<GatewayConfig> = {}, log = pino({ level: "silent" })): Promise<Gateway> {
  const budget = { perViewer: BUDGET, perKey: BUDGET, perAddress: BUDGET, seconds: 3_600, ...config.budget };
  const settings: GatewayConfig = {
    supergraph: { sdl: shop.supergraph },
    partner: { supergraph: { sdl: composed([shop.products]) } },
    port: 0,
    signingSecret: secret,
    identity: { issuers: [{ issuer: oidc.issuer }], viewerUrl: people.url },
    cost: { shown: true },
    limits: { cost: BUDGET },
    trustedProxies: ["loopback"],
    ...config,
    budget,
  };
  const gateway = await startGateway(settings, { log });
  open.push(gateway);
  return gateway;
}

const from = (address: string) => ({ "x-forwarded-for": address });

async function available(gateway: Gateway, headers: Record<string, string>, options = {}): Promise<unknown> {
  const { status, extensions, errors } = await ask(gateway.url, "{ products { upc } }", { headers, ...options });
  const cost = extensions?.["cost"] as { available: number } | undefined;
  return errors ? [status, errors[0]?.extensions["code"]] : cost?.available;
}

test("an operation pays what it may cost, gets back what it did not, and is refused when too little is left", async () => {
  const gateway = await started();
  const headers = from("192.0.2.1");
  expect((await ask(gateway.url, "{ products { upc } }", { headers })).extensions).toEqual({
    cost: { requested: 10, actual: 2, available: 98 },
  });
  for (let spent = 4; spent <= 90; spent += 2) expect(await available(gateway, headers)).toBe(BUDGET - spent);
  expect(await available(gateway, headers)).toBe(8);
  const refused = await ask(gateway.url, "{ products { upc } }", { headers });
  expect(refused).toMatchObject({
    status: 429,
    errors: [{ extensions: { code: "BUDGET_EXHAUSTED", requested: 10, available: 8, budget: 100 } }],
  });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3_500);
  // What was refused has cost nothing, so that what is cheaper still goes.
  expect((await ask(gateway.url, "{ me { id } }", { headers })).extensions).toMatchObject({ cost: { available: 7 } });
  expect(await available(gateway, from("192.0.2.2"))).toBe(98);
});

test("what is not valid costs the least there is", async () => {
  const gateway = await started();
  await ask(gateway.url, "{ products { nothing } }", { headers: from("192.0.2.1") });
  expect(await available(gateway, from("192.0.2.1"))).toBe(97);
});

test("a budget is full again after its time", async () => {
  const gateway = await started({ budget: { seconds: 1 } });
  expect(await available(gateway, from("192.0.2.1"))).toBe(98);
  expect(await available(gateway, from("192.0.2.1"))).toBe(96);
  await pause(1_100);
  expect(await available(gateway, from("192.0.2.1"))).toBe(98);
});

test("viewers have budgets wherever they come from, keys have theirs, a network of IPv6 is one address", async () => {
  const gateway = await started();
  const ada = async () => bearer(await oidc.token({ email: "ada@shop.example" }));
  expect(await available(gateway, { ...(await ada()), ...from("192.0.2.1") })).toBe(98);
  expect(await available(gateway, { ...(await ada()), ...from("192.0.2.9") })).toBe(96);
  expect(await available(gateway, from("192.0.2.1"))).toBe(98);
  const partner = { path: "/partner/graphql" };
  expect(await available(gateway, { "x-api-key": "good-key" }, partner)).toBe(98);
  expect(await available(gateway, { "x-api-key": "good-key" }, partner)).toBe(96);
  expect(await available(gateway, { "x-api-key": "other-key" }, partner)).toBe(98);
  expect(await available(gateway, from("2001:db8::1"))).toBe(98);
  expect(await available(gateway, from("2001:db8::ffff:2"))).toBe(96);
  expect(await available(gateway, from("2001:db8:0:1::1"))).toBe(98);
});

test("sockets pay from the same budget, by event; one that cannot be paid is the last", async () => {
  const gateway = await started({ metrics: { path: "/metrics" } });
  const client: Client = socketTo(gateway.url);
  open.push({ close: () => client.dispose() });
  const query = listenOn(client, "{ products { upc } }");
  expect(await query.over).toBeNull();
  expect(query.events).toMatchObject([{ extensions: { cost: { requested: 10, actual: 2, available: 98 } } }]);
  const heard = listenOn(client, "subscription { reviewAdded { id author { id } } }");
  await until(() => shop.reviews.running() === 1);
  const announce = async (n: number) => {
    shop.addReview({ id: `${n}`, body: "x", authorId: "u1", upc: "p1" });
    await until(() => heard.events.length === n);
  };
  // Listening costs 1, an event of two objects 2.
  for (let n = 1; n <= 48; n++) await announce(n);
  await until(async () => (await available(gateway, {})) !== 1);
  shop.addReview({ id: "last", body: "x", authorId: "u1", upc: "p1" });
  expect(await heard.over).toMatchObject([{ extensions: { code: "BUDGET_EXHAUSTED", requested: 2 } }]);
  await until(() => gateway.counts().upstreamSubscriptions === 0);
  expect(await listenOn(client, "{ products { upc } }").over).toMatchObject([
    { extensions: { code: "BUDGET_EXHAUSTED" } },
  ]);
  expect(await available(gateway, {})).toEqual([429, "BUDGET_EXHAUSTED"]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/gateway_refused_total\{code="BUDGET_EXHAUSTED"\} 3/);
});

test("replicas share budgets in PostgreSQL; while it is away each keeps its own, and says so once", async () => {
  const storeUrl = database.adminUrl;
  const lines: string[] = [];
  const out = new PassThrough().on("data", (line) => lines.push(String(line)));
  const [one, other] = [
    await started({ budget: { storeUrl } }, pino({ level: "info" }, out)),
    await started({ budget: { storeUrl } }),
  ];
  const reader = new pg.Client({ connectionString: storeUrl });
  await reader.connect();
  const corrected = (to: number) =>
    until(async () => (await reader.query("select points from gateway_budgets")).rows[0]?.points === to);
  expect(await available(one, from("192.0.2.1"))).toBe(98);
  await corrected(2);
  expect(await available(other, from("192.0.2.1"))).toBe(96);
  await corrected(4);
  expect(await available(one, from("192.0.2.1"))).toBe(94);
  await corrected(6);
  await reader.end();

  const admin = new pg.Client({ connectionString: new URL("postgres", storeUrl).href });
  await admin.connect();
  const name = new URL(storeUrl).pathname.slice(1);
  await admin.query(`alter database ${name} allow_connections false`);
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  expect(await available(one, from("192.0.2.1"))).toBe(98);
  expect(await available(one, from("192.0.2.1"))).toBe(96);
  expect(await available(other, from("192.0.2.1"))).toBe(98);
  const told = () => lines.filter((line) => /store of budgets/.test(line));
  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatch(/does not answer: this replica keeps budgets of its own/);
  await admin.query(`alter database ${name} allow_connections true`);
  await admin.end();
  await until(async () => (await available(one, from("192.0.2.7"))) !== null && told().length === 2);
  expect(told()[1]).toMatch(/is back/);
});
