import { request as httpRequest } from "node:http";
import { PassThrough } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pino } from "pino";
import { WebSocket } from "ws";
import type { GatewayConfig } from "../configuration.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, listenOn, socketTo } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const APP = "https://app.example";
let shop: Shop;
/** As it is without settings. */
let open: Gateway;
/** With every door closed that can be. */
let shut: Gateway;
const lines: string[] = [];

beforeAll(async () => {
  shop = await startShop();
  const start = (config: Partial<GatewayConfig>, log = pino({ level: "silent" })) =>
    startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, metrics: { path: "/metrics" }, ...config }, { log });
  open = await start(
    {},
    pino(
      { level: "warn" },
      new PassThrough().on("data", (line) => lines.push(String(line))),
    ),
  );
  shut = await start({ introspection: false, socketMutations: false, allowedOrigins: [APP] });
});
afterAll(async () => {
  await Promise.all([open.close(), shut.close()]);
  await shop.close();
});

/** What Node's fetch would not send: it has no origin and no site. */
function send(url: string, { method = "GET", headers = {} as Record<string, string>, body = "" } = {}) {
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>((done, failed) => {
    const sent = httpRequest(url, { method, headers }, async (response) =>
      done({ status: response.statusCode, headers: response.headers, text: await textOf(response) }),
    );
    sent.on("error", failed).end(body);
  });
}

/** @returns "open", or the status with which the handshake was answered and what it said */
function handshake({ url }: Gateway, origin?: string): Promise<string> {
  return new Promise((done) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      ...(origin && { origin }),
    });
    socket.once("open", () => {
      socket.close();
      done("open");
    });
    socket.once("unexpected-response", async (_request, response) =>
      done(`${response.statusCode} ${await textOf(response)}`),
    );
    socket.once("error", () => {});
  });
}

test("a socket is opened for pages of this gateway, of allowed origins, and for programs; others get 403", async () => {
  expect(await handshake(open)).toBe("open");
  expect(await handshake(open, open.url)).toBe("open");
  expect(await handshake(shut, APP)).toBe("open");
  for (const origin of ["https://elsewhere.example", "null", `${APP}:444`, "http://app.example"]) {
    expect(await handshake(shut, origin)).toMatch(/^403 ORIGIN_NOT_ALLOWED: Pages of /);
  }
  expect(await handshake(open, APP)).toMatch(/^403 /);
  expect(await textOf((await fetch(`${shut.url}/metrics`)).body as never)).toMatch(
    /gateway_refused_total\{code="ORIGIN_NOT_ALLOWED"\} 4/,
  );
});

test("browsers are told that an allowed origin may ask, and of no other", async () => {
  const preflight = (gateway: Gateway, origin: string) =>
    send(`${gateway.url}/graphql`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
  const allowed = await preflight(shut, APP);
  expect(allowed.status).toBe(204);
  expect(allowed.headers).toMatchObject({
    "access-control-allow-origin": APP,
    "access-control-allow-headers": "authorization",
    "access-control-max-age": "600",
  });
  expect((await preflight(shut, "https://elsewhere.example")).headers).not.toHaveProperty(
    "access-control-allow-origin",
  );
  expect((await preflight(open, APP)).headers).not.toHaveProperty("access-control-allow-origin");
  // The answer itself too, the second time as the first, and a refusal.
  const headers = { "content-type": "application/json", origin: APP };
  for (const query of ["{ me { name } }", "{ me { name } }", "{ nobody }", `{ ${"a ".repeat(5_000)} }`]) {
    const answer = await send(`${shut.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": APP,
      "access-control-expose-headers": "x-correlation-id, retry-after",
    });
  }
});

const query = encodeURIComponent("{ me { name } }");
const events = encodeURIComponent("subscription { countdown(from: 1) }");
const form = { "content-type": "text/plain" };
test.each<[string, string, object]>([
  ["a GET request", `?query=${query}`, {}],
  ["a GET request for events", `?query=${events}`, { headers: { accept: "text/event-stream" } }],
  ["a form", "", { method: "POST", headers: form, body: '{"query":"{ me { name } }"}' }],
  [
    "a form that asks for events",
    "",
    { method: "POST", headers: { ...form, accept: "text/event-stream" }, body: "{}" },
  ],
  ["a page of an origin that is not allowed", `?query=${query}`, { headers: { origin: "https://elsewhere.example" } }],
  ["what a browser says comes from another site", `?query=${query}`, { headers: { "sec-fetch-site": "cross-site" } }],
])("%s that another site could have made is refused", async (_what, search, request) => {
  const { status, text } = await send(`${shut.url}/graphql${search}`, request);
  expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([400, "CROSS_SITE_REQUEST"]);
});

test.each<[string, string, Record<string, string>]>([
  ["has the header that browsers ask for first", query, { "apollo-require-preflight": "1" }],
  ["is said by the browser to come from this site", query, { "sec-fetch-site": "same-origin" }],
  ["comes from an allowed origin", query, { origin: APP }],
  ["wants events and comes from this site", events, { "sec-fetch-site": "same-origin", accept: "text/event-stream" }],
])("a GET request that %s is answered", async (_what, search, headers) => {
  expect(await send(`${shut.url}/graphql?query=${search}`, { headers })).toMatchObject({ status: 200 });
});

test("a list of operations is refused by name", async () => {
  const body = JSON.stringify([{ query: "{ me { name } }" }, { query: "{ me { name } }" }]);
  for (const accept of ["application/json", "text/event-stream", "application/graphql-response+json"]) {
    const headers = { "content-type": "application/json", accept };
    const answer = await send(`${open.url}/graphql`, { method: "POST", headers, body });
    expect([answer.status, JSON.parse(answer.text).errors[0].extensions.code]).toEqual([400, "BATCH_REFUSED"]);
  }
});

test.each([
  ["the schema", "{ __schema { queryType { name } } }", undefined],
  ["a type", '{ __type(name: "User") { name } }', undefined],
])("%s is told where introspection is on, and not where it is off, nor on sockets", async (_what, text, variables) => {
  expect((await ask(open.url, text, { variables })).errors).toBeUndefined();
  expect(await ask(shut.url, text, { variables })).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
  });
  const client = socketTo(shut.url);
  const { events: answers, over } = listenOn(client, text);
  await over;
  expect(answers).toMatchObject([{ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] }]);
  await client.dispose();
});

test("what a client may have meant is told where introspection is on, and nowhere else", async () => {
  const mistakes: [string, string, Record<string, unknown>?][] = [
    ["a field", "{ me { nam } }"],
    ["a subscription's field", "subscription { reviewAdded { bod } }"],
    ["an argument", "{ products(firs: 1) { name } }"],
    ["a type", "query ($a: Strin) { me { name } }"],
  ];
  for (const [what, text, variables] of mistakes) {
    const told = [];
    for (const gateway of [open, shut]) {
      const client = socketTo(gateway.url);
      const { events: answers, over } = listenOn(client, text, variables);
      const onSocket = JSON.stringify([await over, answers]);
      await client.dispose();
      const asEvents = { accept: "text/event-stream", "content-type": "application/json" };
      const body = JSON.stringify({ query: text, variables });
      const url = `${gateway.url}/graphql`;
      const http = await send(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const stream = await send(url, { method: "POST", headers: asEvents, body });
      told.push([http.text, stream.text, onSocket].map((answer) => /did you mean/i.test(answer)));
    }
    expect([what, told]).toEqual([
      what,
      [
        [true, true, true],
        [false, false, false],
      ],
    ]);
  }
});

test("mutations come over sockets unless that is forbidden", async () => {
  const mutation = 'mutation { rename(id: "u1", name: "Ada") { name } }';
  for (const [gateway, allowed] of [
    [open, true],
    [shut, false],
  ] as const) {
    const client = socketTo(gateway.url);
    const { events: answers, over } = listenOn(client, mutation);
    const end = await over;
    if (allowed) expect([end, answers]).toEqual([null, [{ data: { rename: { name: "Ada" } } }]]);
    else expect(end).toMatchObject([{ extensions: { code: "MUTATION_OVER_SOCKET" } }]);
    await client.dispose();
    expect((await ask(gateway.url, mutation)).errors).toBeUndefined();
  }
  expect(await (await fetch(`${shut.url}/metrics`)).text()).toMatch(
    /gateway_refused_total\{code="MUTATION_OVER_SOCKET"\} 1/,
  );
});

test("what clients get wrong is nothing to wake an operator for", async () => {
  lines.length = 0;
  const client = socketTo(open.url);
  for (const [text, variables] of [
    ["{", {}],
    ["{ nobody }", {}],
    ["query ($n: Int!) { products(first: $n) { name } }", { n: "many" }],
    ["query ($n: Int!) { products(first: $n) { name } }", {}],
    ["query A { me { id } } query B { me { id } }", {}],
    ["subscription { nothing }", {}],
    ["subscription ($n: Int!) { countdown(from: $n) }", {}],
    [`{ ${"me { ".repeat(30)} id ${"}".repeat(30)} }`, {}],
  ] as const) {
    await ask(open.url, text, { variables });
    await listenOn(client, text, variables).over;
    const headers = { accept: "text/event-stream", "content-type": "application/json" };
    await send(`${open.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query: text, variables }) });
  }
  await client.dispose();
  await send(`${open.url}/graphql`, { method: "POST", headers: { "content-type": "application/json" }, body: "{" });
  expect(lines).toEqual([]);
});
