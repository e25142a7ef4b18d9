import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Refusal } from "@psqm/refusal/refusal";
import { parse } from "graphql";
import { pino } from "pino";
import { resolveConfig } from "./configuration.ts";
import { OperationRunner } from "./execution/operation-runner.ts";
import { compiledOperation } from "./execution/operations.ts";
import { Subgraphs } from "./execution/subgraphs.ts";
import { ExpressLane } from "./express-lane.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { Metrics } from "./metrics/metrics.ts";
import { Admission } from "./protection/admission.ts";
import { Load } from "./protection/load.ts";
import { OperationGuard } from "./protection/operation-guard.ts";
import { Origins } from "./protection/origins.ts";
import { LiveSupergraph } from "./supergraph/live-supergraph.ts";
import { ask, until } from "./testing/ask.ts";
import { type Shop, startShop } from "./testing/shop.ts";

const known = "query Known($first: Int) { products(first: $first) { name } }";
const json = { "content-type": "application/json" };

let shop: Shop;
let gateway: Gateway;
let url: string;
let close: () => Promise<unknown>;
let refuses = false;
const load = new Load(2);
/** What went the ordinary way, with the body that was given back. */
const ordinary: string[] = [];

beforeAll(async () => {
  shop = await startShop();
  gateway = await startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, logLevel: "silent" });
  const { resilience, limits } = resolveConfig({ supergraph: { sdl: shop.supergraph } });
  const log = pino({ level: "silent" });
  const metrics = new Metrics();
  const subgraphs = new Subgraphs({}, { timeoutMs: 10_000, resilience, log }, metrics);
  const live = new LiveSupergraph({ sdl: shop.supergraph }, { log, prepare: async () => 0 });
  compiledOperation(live.current, known, parse(known), undefined);
  const lane = new ExpressLane(1_000);
  lane.open("/graphql", {
    live,
    runner: new OperationRunner(subgraphs, { sharesRequests: false }),
    admission: new Admission({
      guard: new OperationGuard(limits, 10),
      budgets: null,
      limits,
      costIsShown: false,
      socketMutations: true,
      documents: null,
      persistedQueries: null,
    }),
    origins: new Origins([], undefined),
    addressOf: () => "192.0.2.1",
    load,
    authenticate: async () => {
      if (refuses) throw new Refusal("TOKEN_EXPIRED", "It has expired.");
      return { viewer: null, subject: null, credential: null, expiresAt: null };
    },
    propagatedFrom: () => ({}),
    metrics,
    tracing: null,
    log,
  });
  const server = lane.serverFactory(async (request, response) => {
    ordinary.push((await textOf(lane.bodyOf(request) ?? request)) || (request.method as string));
    response.end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => Promise.all([new Promise((closed) => server.close(closed)), subgraphs.close(), live.close()]);
});
beforeEach(() => {
  ordinary.length = 0;
});
afterAll(async () => {
  await Promise.all([close(), gateway.close(), shop.close()]);
});

const post = (body: unknown, headers: Record<string, string> = json, path = "/graphql") =>
  fetch(url + path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

test("a known operation is answered here, whatever its variables", async () => {
  for (const variables of [{ first: 1 }, { first: 2 }, undefined]) {
    const answer = await post({ query: known, variables });
    expect(((await answer.json()) as { data: { products: unknown[] } }).data.products).toHaveLength(
      variables?.first ?? 2,
    );
  }
  const wrong = await post({ query: known, variables: { first: "many" } });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  expect(ordinary).toEqual([]);
});

test.each<[string, unknown, Record<string, string>?, string?]>([
  ["an unknown operation", { query: "{ me { name } }" }],
  ["a known text under a name", { query: known, operationName: "Other" }],
  ["a batch", [{ query: known }]],
  ["no JSON", "{"],
  ["an empty object", {}],
  ["variables that are a list", { query: known, variables: [] }],
  ["extensions", { query: known, extensions: { persistedQuery: {} } }],
  ["a key that would change a prototype", `{"query":${JSON.stringify(known)},"variables":{"__proto__":{"first":1}}}`],
  ["events asked for", { query: known }, { ...json, accept: "text/event-stream" }],
  ["another content type", { query: known }, { "content-type": "text/plain" }],
  ["a page of another site", { query: known }, { ...json, origin: "https://elsewhere.example" }],
  ["another path", { query: known }, json, "/partner/graphql"],
  ["a body beyond the bound", { query: known, variables: { filler: "x".repeat(1_000) } }],
])("%s goes the ordinary way, body and all", async (...[, body, headers, path]) => {
  await post(body, headers, path);
  expect(ordinary).toEqual([typeof body === "string" ? body : JSON.stringify(body)]);
});

test("so does who is not recognised, and everybody when there is no place", async () => {
  refuses = true;
  await post({ query: known });
  refuses = false;
  expect(ordinary).toHaveLength(1);
  expect(load.underWay).toBe(0);
  const leave = [load.enter(), load.enter()];
  await post({ query: known });
  for (const end of leave) end();
  expect(ordinary).toHaveLength(2);
});

test("a body may come in pieces, and a client that leaves in between leaves nothing behind", async () => {
  const body = JSON.stringify({ query: known });
  const send = (length: number) =>
    httpRequest(`${url}/graphql`, { method: "POST", headers: { ...json, "content-length": length } });
  const slow = send(body.length);
  slow.write(body.slice(0, 20));
  const answer = new Promise<string>((answered) => {
    slow.on("response", (response) => answered(textOf(response)));
  });
  setTimeout(() => slow.end(body.slice(20)), 20);
  expect(JSON.parse(await answer)).toMatchObject({ data: { products: [{}, {}] } });
  const gone = send(body.length);
  gone.on("error", () => {});
  gone.write(body.slice(0, 20));
  setTimeout(() => gone.destroy(), 20);
  await until(() => gone.closed);
  expect(load.underWay).toBe(0);
  expect(ordinary).toEqual([]);
});

const heads = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => !["date", "x-correlation-id"].includes(name)));

test.each([
  ["data", "{ me { name } }", {}],
  ["partial data", '{ me { name } products { missing: price(currency: "XYZ") } }', {}],
  ["a variable that does not fit", "query ($first: Int!) { products(first: $first) { name } }", { first: 1.5 }],
])("the second answer is like the first: %s", async (_what, query, variables) => {
  const headers = { "x-correlation-id": "the-same" };
  const first = await ask(gateway.url, query, { variables, headers });
  const second = await ask(gateway.url, query, { variables, headers });
  expect({ ...second, headers: heads(second.headers) }).toEqual({ ...first, headers: heads(first.headers) });
  expect(second.headers.get("x-correlation-id")).toBe("the-same");
  const old = [await ask(gateway.url, query, { variables, headers: { accept: "application/json" } })];
  expect(old).toMatchObject([{ status: 200, ...(first.errors && { errors: first.errors }) }]);
});
