import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "graphql-ws";
import { WebSocket } from "ws";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, listenOn, socketTo, until } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const BOUND = 3;
let shop: Shop;
let gateway: Gateway;
let client: Client;
let open = () => {};

beforeAll(async () => {
  shop = await startShop();
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    limits: { operationsInFlight: BOUND },
    logLevel: "silent",
  });
  client = socketTo(gateway.url, { lazy: false });
  await until(() => gateway.counts().sockets === 1);
});
afterAll(async () => {
  await client.dispose();
  await gateway.close();
  await shop.close();
});

/** Operations that wait at their subgraph until `open` is called. */
async function fill(send: () => unknown): Promise<unknown[]> {
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  shop.accounts.misbehave(async () => {
    await gate;
    return { status: 200, body: '{"data":{"me":{"name":"Ada"}}}' };
  });
  const underWay = Array.from({ length: BOUND }, send);
  await until(() => gateway.counts().operations === BOUND);
  return underWay;
}

async function empty(): Promise<void> {
  open();
  shop.accounts.misbehave(null);
  await until(() => gateway.counts().operations === 0);
}

test("beyond the bound new requests are turned away at once; those under way are answered", async () => {
  const underWay = await fill(() => ask(gateway.url, "{ me { name } }"));
  const began = Date.now();
  const { status, headers, errors } = await ask(gateway.url, "{ __typename }");
  expect(Date.now() - began).toBeLessThan(500);
  expect({ status, retry: headers.get("retry-after") }).toEqual({ status: 503, retry: "2" });
  expect(errors).toMatchObject([{ extensions: { code: "OVERLOADED" } }]);
  await empty();
  for (const answer of await Promise.all(underWay)) expect(answer).toMatchObject({ status: 200 });
  expect((await ask(gateway.url, "{ __typename }")).status).toBe(200);
});

test("sockets know the same bound: their operations count, and new ones are told", async () => {
  const underWay = await fill(() => listenOn(client, "{ me { name } }").over);
  expect((await ask(gateway.url, "{ __typename }")).status).toBe(503);
  for (const text of ["{ __typename }", "subscription { countdown(from: 1) }"]) {
    expect(await listenOn(client, text).over).toMatchObject([{ extensions: { code: "OVERLOADED" } }]);
  }
  const late = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  expect(await new Promise((resolve) => late.once("error", ({ message }) => resolve(message)))).toMatch(/503/);
  await empty();
  expect(await Promise.all(underWay)).toEqual(Array(BOUND).fill(null));
  expect(await listenOn(client, "subscription { countdown(from: 1) }").over).toBeNull();
});

test("work whose client has left is counted until it is done, and what is refused is not counted", async () => {
  const impatience = new AbortController();
  const request = () =>
    fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ me { name } }"}',
      signal: impatience.signal,
    }).catch(() => "left");
  const underWay = await fill(request);
  impatience.abort();
  expect(await Promise.all(underWay)).toEqual(Array(BOUND).fill("left"));
  expect((await ask(gateway.url, "{ __typename }")).status).toBe(503);
  await empty();
  for (const query of ["{ nobody }", `{ ${"a ".repeat(2_000)} }`, "{"]) await ask(gateway.url, query);
  await fetch(`${gateway.url}/graphql`, { method: "POST", headers: { "content-type": "application/json" }, body: "{" });
  await until(() => gateway.counts().operations === 0);
});
