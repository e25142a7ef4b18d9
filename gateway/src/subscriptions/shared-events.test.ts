import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "graphql-ws";
import { WebSocket } from "ws";
import { type Gateway, startGateway } from "../gateway.ts";
import { type Listening, listenOn, socketTo, until } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const hydrated = "subscription ($upc: ID) { reviewAdded(upc: $upc) { body author { name } product { title: name } } }";
let shop: Shop;
let gateway: Gateway;
const clients: Client[] = [];

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.close());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await until(() => gateway.counts().subscribers === 0);
  await until(() => gateway.counts().upstreamSubscriptions === 0 && shop.reviews.running() === 0);
  await gateway.close();
});

async function serve(liveSubscriptions: string[] = []): Promise<void> {
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    propagateHeaders: ["x-tenant"],
    liveSubscriptions,
    logLevel: "silent",
  });
}

function connect(tenant?: string): Client {
  class Tenant extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, tenant ? { headers: { "x-tenant": tenant } } : {});
    }
  }
  const client = socketTo(gateway.url, { webSocketImpl: Tenant });
  clients.push(client);
  return client;
}

async function subscribe(query: string, variables?: Record<string, unknown>, tenant?: string): Promise<Listening> {
  const { subscribers } = gateway.counts();
  const heard = listenOn(connect(tenant), query, variables);
  await until(
    () =>
      gateway.counts().subscribers > subscribers && shop.reviews.running() === gateway.counts().upstreamSubscriptions,
  );
  return heard;
}

const add = (body: string) => shop.addReview({ id: body, body, authorId: "u1", upc: "p1" });

test("many who ask the same have one upstream subscription, and each event is filled in once", async () => {
  await serve();
  const all: Listening[] = [];
  for (let n = 0; n < 20; n++) all.push(await subscribe(hydrated));
  expect(gateway.counts()).toMatchObject({ subscribers: 20, upstreamSubscriptions: 1 });
  shop.accounts.calls.length = 0;
  for (const body of ["one", "two"]) add(body);
  await until(() => all.every(({ events }) => events.length === 2));
  expect(shop.accounts.calls).toHaveLength(2);
  for (const { events } of all) {
    expect(events[0]).toEqual({
      data: { reviewAdded: { body: "one", author: { name: "Ada" }, product: { title: "Table" } } },
    });
  }
});

test("another selection of other subgraphs' fields shares the upstream, not the result", async () => {
  await serve();
  const names = await subscribe("subscription { reviewAdded { body author { name } } }");
  const nicknames = await subscribe("subscription { reviewAdded { body author { nickname } } }");
  expect(gateway.counts().upstreamSubscriptions).toBe(1);
  add("x");
  await until(() => names.events.length === 1 && nicknames.events.length === 1);
  expect(names.events[0]?.data).toEqual({ reviewAdded: { body: "x", author: { name: "Ada" } } });
  expect(nicknames.events[0]?.data).toEqual({ reviewAdded: { body: "x", author: { nickname: null } } });
});

test("other variables, another fetch and another identity have subscriptions of their own", async () => {
  await serve();
  await subscribe(hydrated, {}, "t1");
  await subscribe(hydrated, {}, "t2");
  await subscribe(hydrated, { upc: "p1" }, "t1");
  await subscribe("subscription { reviewAdded { id } }", {}, "t1");
  expect(gateway.counts()).toMatchObject({ subscribers: 4, upstreamSubscriptions: 4 });
});

test("who comes after the first event shares only what is known to be live: elsewhere a beginning would be missed", async () => {
  for (const [live, upstreams] of [
    [[], 2],
    [["reviewAdded"], 1],
    [["*"], 1],
  ] as const) {
    await serve([...live]);
    const early = await subscribe(hydrated);
    add("one");
    await until(() => early.events.length === 1);
    const late = await subscribe(hydrated);
    expect(gateway.counts()).toMatchObject({ subscribers: 2, upstreamSubscriptions: upstreams });
    add("two");
    await until(() => early.events.length === 2 && late.events.length === 1);
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
    await until(() => gateway.counts().upstreamSubscriptions === 0 && shop.reviews.running() === 0);
    await gateway.close();
  }
  await serve();
});

test("everybody is told when what they share is lost, and who comes next begins anew", async () => {
  await serve(["*"]);
  const all = [await subscribe(hydrated), await subscribe(hydrated)];
  shop.reviews.cut();
  for (const { over } of all) expect(await over).toMatchObject([{ extensions: { code: "SUBSCRIPTION_LOST" } }]);
  const next = await subscribe(hydrated);
  add("back");
  await until(() => next.events.length === 1);
});

test("who leaves before the subgraph was reached leaves nothing", async () => {
  await serve();
  for (let n = 0; n < 20; n++) {
    const client = connect();
    const heard = listenOn(client, hydrated);
    await until(() => gateway.counts().subscribers > 0);
    for (let yields = 0; yields < n % 5; yields++) await new Promise(setImmediate);
    heard.stop();
    if (n % 2) client.terminate();
    await until(() => gateway.counts().subscribers === 0);
  }
});
