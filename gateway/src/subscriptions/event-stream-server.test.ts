import { request as httpRequest } from "node:http";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { FormattedExecutionResult } from "graphql";
import { type Client, createClient } from "graphql-sse";
import { pino } from "pino";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, bearer, listenOn, socketTo, until } from "../testing/ask.ts";
import { type FakeOidc, startFakeOidc } from "../testing/fake-oidc.ts";
import { type FakeViewerService, startFakeViewerService } from "../testing/fake-viewer-service.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const hydrated = "subscription ($upc: ID) { reviewAdded(upc: $upc) { body author { name } } }";
const settings = () => ({
  supergraph: { sdl: shop.supergraph },
  port: 0,
  signingSecret: secret,
  identity: { issuers: [{ issuer: oidc.issuer }], viewerUrl: people.url },
  limits: { waitingEvents: 50, operationsInFlight: 5 },
});
let shop: Shop;
let oidc: FakeOidc;
let people: FakeViewerService;
let gateway: Gateway;
const clients: Client[] = [];

beforeAll(async () => {
  [shop, oidc, people] = await Promise.all([startShop({ secret }), startFakeOidc(), startFakeViewerService(secret)]);
  gateway = await startGateway(settings(), { log: pino({ level: "silent" }) });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  await until(() => Object.values(gateway.counts()).every((count) => count === 0));
  await until(() => shop.reviews.running() === 0);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([shop.close(), oidc.close(), people.close()]);
});

function listen(query: string, variables?: Record<string, unknown>, { url = gateway.url, headers = {} } = {}) {
  const client = createClient({ url: `${url}/graphql`, retryAttempts: 0, headers });
  clients.push(client);
  const events: FormattedExecutionResult[] = [];
  let stop = () => {};
  const over = new Promise<unknown>((resolve) => {
    stop = client.subscribe(
      { query, ...(variables && { variables }) },
      {
        next: (event) => void events.push(event as FormattedExecutionResult),
        error: resolve,
        complete: () => resolve(null),
      },
    );
  });
  return { events, over, stop: () => stop() };
}

async function listening(...args: Parameters<typeof listen>) {
  const heard = listen(...args);
  await until(() => shop.reviews.running() > 0 && gateway.counts().eventStreams > 0);
  return heard;
}

test("events arrive in order with fields of other subgraphs, and leaving leaves nothing", async () => {
  const heard = await listening(hydrated, { upc: "p1" });
  for (let n = 0; n < 10; n++) shop.addReview({ id: `${n}`, body: `no.\n${n}`, authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 10);
  expect(heard.events).toEqual(
    Array.from({ length: 10 }, (_, n) => ({ data: { reviewAdded: { body: `no.\n${n}`, author: { name: "Ada" } } } })),
  );
  heard.stop();
  await until(() => gateway.counts().upstreamSubscriptions === 0);
});

test("it shares its upstream subscription with sockets", async () => {
  const heard = await listening(hydrated, {});
  const socket = socketTo(gateway.url);
  const other = listenOn(socket, hydrated, {});
  await until(() => gateway.counts().subscribers === 2);
  expect(gateway.counts().upstreamSubscriptions).toBe(1);
  shop.addReview({ id: "1", body: "x", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1 && other.events.length === 1);
  expect(heard.events).toEqual(other.events);
  await socket.dispose();
});

test("a subscription that ends completes; queries and mutations have one answer", async () => {
  const countdown = listen("subscription { countdown(from: 3) }");
  expect(await countdown.over).toBeNull();
  expect(countdown.events).toEqual([3, 2, 1].map((left) => ({ data: { countdown: left } })));
  const query = listen("{ me { name } }");
  expect(await query.over).toBeNull();
  expect(query.events).toEqual([{ data: { me: { name: "Ada" } } }]);
});

test("a subgraph that is lost is told", async () => {
  const heard = await listening(hydrated);
  shop.reviews.cut();
  expect(await heard.over).toBeNull();
  expect(heard.events).toMatchObject([{ errors: [{ extensions: { code: "SUBSCRIPTION_LOST" } }] }]);
});

test.each([
  ["a syntax error", "subscription {", "GRAPHQL_PARSE_FAILED"],
  ["an unknown field", "subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"],
  ["a missing variable", "subscription ($from: Int!) { countdown(from: $from) }", "BAD_USER_INPUT"],
  ["a refusal of the subgraph", 'subscription { reviewAdded(upc: "forbidden") { body } }', "NOT_FOUND"],
])("%s is told by name", async (_what, query, code) => {
  const heard = listen(query);
  expect(await heard.over).toBeNull();
  expect(heard.events).toMatchObject([{ errors: [{ extensions: { code } }] }]);
});

const asEvents = { accept: "text/event-stream", "content-type": "application/json" };
test.each([
  ["a token that is none", { ...asEvents, authorization: "Bearer x" }, { query: hydrated }, 401, "TOKEN_MALFORMED"],
  ["too deep an operation", asEvents, { query: deep() }, 400, "QUERY_TOO_DEEP"],
  ["no query", asEvents, {}, 400, "BAD_REQUEST"],
  ["variables that are none", asEvents, { query: hydrated, variables: [1] }, 400, "BAD_REQUEST"],
])("%s is refused as over HTTP, before any event", async (_what, headers, body, status, code) => {
  const answer = await fetch(`${gateway.url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
});

function deep(): string {
  return `{ reviews ${"{ author { reviews ".repeat(12)} { id } ${"} }".repeat(12)} }`;
}

/** What a browser's EventSource sends on a page of the gateway's own origin. */
const asEventSource = { accept: "text/event-stream", "sec-fetch-site": "same-origin" };

test("a mutation by GET is refused; a subscription by GET is served, as browsers' EventSource asks", async () => {
  const get = (query: string) =>
    fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, { headers: asEventSource });
  expect((await get('mutation { rename(id: "u1", name: "x") { id } }')).status).toBe(400);
  const events = await get("subscription { countdown(from: 1) }");
  expect(events.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const [retry, ...rest] = (await events.text()).split("\n\n");
  expect(retry).toMatch(/^retry: \d+$/);
  expect(rest).toEqual(['event: next\ndata: {"data":{"countdown":1}}', "event: complete\ndata: ", ""]);
});

test("who accepts JSON too gets JSON, unless only events will do", async () => {
  const headers = { accept: "application/json, text/event-stream" };
  expect((await ask(gateway.url, "{ me { name } }", { headers })).data).toEqual({ me: { name: "Ada" } });
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ query: "subscription { countdown(from: 1) }" }),
  });
  expect(await answer.text()).toContain('data: {"data":{"countdown":1}}');
});

test("an open subscription is no operation under way", async () => {
  await listening(hydrated);
  for (let n = 0; n < 6; n++) listen(hydrated);
  await until(() => gateway.counts().subscribers === 7);
  expect(gateway.counts().operations).toBe(0);
  expect((await ask(gateway.url, "{ me { name } }")).status).toBe(200);
});

test("a client that takes nothing is cut off, and nothing of it stays", async () => {
  const request = httpRequest(`${gateway.url}/graphql`, { method: "POST", headers: asEvents });
  request.on("error", () => {});
  request.end(JSON.stringify({ query: hydrated }));
  const answer = await new Promise<import("node:http").IncomingMessage>((resolve) => request.once("response", resolve));
  answer.on("error", () => {});
  answer.pause();
  await until(() => shop.reviews.running() > 0);
  const body = "x".repeat(200_000);
  for (let n = 0; n < 200; n++) shop.addReview({ id: `${n}`, body, authorId: "u1", upc: "p1" });
  // It is let go of upstream at once; the connection itself at the second heartbeat.
  await until(() => gateway.counts().subscribers === 0 && gateway.counts().upstreamSubscriptions === 0);
  answer.destroy();
});

test("a gateway that stops tells its listeners, and does not wait for them", async () => {
  const other = await startGateway(settings(), { log: pino({ level: "silent" }) });
  const heard = listen(hydrated, {}, { url: other.url });
  await until(() => shop.reviews.running() > 0);
  const began = Date.now();
  await other.close();
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(await heard.over).toBeNull();
  expect(heard.events).toMatchObject([{ errors: [{ extensions: { code: "SHUTTING_DOWN" } }] }]);
});

test("a subscription ends when its token does, and when its viewer changes", async () => {
  const expiring = await listening(hydrated, {}, { headers: bearer(await oidc.token({ expiresInSeconds: 2 })) });
  expect(await expiring.over).toBeNull();
  expect(expiring.events).toMatchObject([{ errors: [{ extensions: { code: "TOKEN_EXPIRED" } }] }]);

  const changed = await listening(hydrated, {}, { headers: bearer(await oidc.token()) });
  await until(() => people.listeners() > 0);
  people.viewers.set("ada@example.test", { kind: "person", personId: "ada", roles: [] });
  people.announce("ada@example.test");
  expect(await changed.over).toBeNull();
  expect(changed.events).toMatchObject([{ errors: [{ extensions: { code: "VIEWER_CHANGED" } }] }]);
});

test("a lost listener is told when to come back, each at a moment of its own", async () => {
  const told = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const gone = new AbortController();
      const { body } = await fetch(
        `${gateway.url}/graphql?query=${encodeURIComponent("subscription { reviewAdded { body } }")}`,
        {
          headers: asEventSource,
          signal: gone.signal,
        },
      );
      const { value } = (await body?.getReader().read()) ?? {};
      gone.abort();
      return Number(/^retry: (\d+)\n\n/.exec(Buffer.from(value ?? []).toString())?.[1]);
    }),
  );
  for (const milliseconds of told) {
    expect(milliseconds).toBeGreaterThanOrEqual(1_000);
    expect(milliseconds).toBeLessThanOrEqual(5_000);
  }
  expect(new Set(told).size).toBeGreaterThan(4);
});
