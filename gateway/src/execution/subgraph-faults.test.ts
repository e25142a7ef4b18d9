import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, until } from "../testing/ask.ts";
import { type Fault, type FaultyProxy, startFaultyProxy } from "../testing/faulty-proxy.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const TIMEOUT_MS = 600;
const OPEN_MS = 400;
const both = "{ slowest: products { name } me { name } }";
let shop: Shop;
let proxy: FaultyProxy;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.close());

// A gateway for each: budgets and breakers remember.
beforeEach(async () => {
  proxy = await startFaultyProxy(shop.accounts.url);
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    subgraphUrls: { accounts: proxy.url },
    port: 0,
    subgraphTimeoutMs: TIMEOUT_MS,
    resilience: { answerBytes: 100_000, breakerCalls: 6, breakerOpenMs: OPEN_MS },
    logLevel: "silent",
  });
});
afterEach(async () => {
  await gateway.close();
  await until(() => proxy.connections() === 0);
  await proxy.close();
});

const me = () => ask(gateway.url, "{ me { name } }");
const codeOf = async () => (await me()).errors?.[0]?.extensions["code"];

test.each<[Fault, string, number]>([
  ["reset", "SUBGRAPH_UNREACHABLE", 3],
  ["reset-in-answer", "SUBGRAPH_UNREACHABLE", 3],
  ["hang", "SUBGRAPH_TIMEOUT", 1],
  ["slow", "SUBGRAPH_TIMEOUT", 1],
  ["garbage", "SUBGRAPH_BAD_ANSWER", 1],
  ["endless", "SUBGRAPH_ANSWER_TOO_LARGE", 1],
])("a subgraph whose network does %s is named with %s, and the rest arrives in time", async (fault, code, requests) => {
  proxy.fault(fault);
  const began = Date.now();
  const { status, data, errors } = await ask(gateway.url, both);
  expect(Date.now() - began).toBeLessThan(TIMEOUT_MS + 5_000);
  expect({ status, data }).toEqual({
    status: 200,
    data: { slowest: [{ name: "Table" }, { name: "Chair" }], me: null },
  });
  expect(errors).toMatchObject([{ path: ["me"], extensions: { code, serviceName: "accounts" } }]);
  expect(errors).toHaveLength(1);
  expect(proxy.requests()).toBe(requests);
  proxy.fault("none");
  expect(await me()).toMatchObject({ data: { me: { name: "Ada" } } });
});

test.each<Fault>(["reset", "reset-in-answer"])("a query that meets one %s is answered all the same", async (fault) => {
  proxy.fault(fault, 1);
  expect(await me()).toMatchObject({ status: 200, data: { me: { name: "Ada" } } });
  expect(proxy.requests()).toBe(2);
});

test("a server in between that has nobody to ask is asked again", async () => {
  let calls = 0;
  shop.accounts.misbehave(async () =>
    ++calls < 3 ? { status: 502, body: "Bad gateway" } : { status: 200, body: '{"data":{"me":{"name":"Eve"}}}' },
  );
  expect(await me()).toMatchObject({ data: { me: { name: "Eve" } } });
  shop.accounts.misbehave(null);
});

test("a mutation is never sent twice: it may have been done", async () => {
  proxy.fault("reset-in-answer");
  const known = shop.accounts.calls.length;
  const { errors } = await ask(gateway.url, 'mutation { rename(id: "u2", name: "Grace") { name } }');
  expect(errors).toMatchObject([{ path: ["rename"], extensions: { code: "SUBGRAPH_UNREACHABLE" } }]);
  expect(shop.accounts.calls.length - known).toBe(1);
});

test("a subgraph that keeps failing is left alone, answered for at once, and asked again when it is well", async () => {
  proxy.fault("hang");
  await Promise.all(Array.from({ length: 6 }, codeOf));
  expect(proxy.requests()).toBe(6);
  const began = Date.now();
  expect(await codeOf()).toBe("SUBGRAPH_SUSPENDED");
  expect(Date.now() - began).toBeLessThan(TIMEOUT_MS / 2);
  expect(proxy.requests()).toBe(6);
  // Others are asked as before.
  expect((await ask(gateway.url, "{ products { name } }")).errors).toBeUndefined();
  proxy.fault("none");
  await until(async () => (await codeOf()) === undefined);
  expect((await Promise.all(Array.from({ length: 10 }, codeOf))).every((code) => code === undefined)).toBe(true);
});

test("when everything fails, what is sent again stays within the budget", async () => {
  const patient = await startGateway({
    supergraph: { sdl: shop.supergraph },
    subgraphUrls: { accounts: proxy.url },
    port: 0,
    resilience: { breakerCalls: 10_000 },
    logLevel: "silent",
  });
  proxy.fault("reset");
  for (let n = 0; n < 10; n++) {
    await Promise.all(Array.from({ length: 10 }, () => ask(patient.url, "{ me { name } }")));
  }
  // 100 calls, ten repeated from savings, and one for every ten.
  expect(proxy.requests()).toBeGreaterThan(100);
  expect(proxy.requests()).toBeLessThanOrEqual(120);
  await patient.close();
});
