import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type Client, MessageType } from "graphql-ws";
import { WebSocket } from "ws";
import { type Gateway, startGateway } from "../gateway.ts";
import { listenOn, pause, socketTo, until } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const hydrated = "subscription ($upc: ID) { reviewAdded(upc: $upc) { body author { name } product { title: name } } }";
let shop: Shop;
let gateway: Gateway;
const clients: Client[] = [];

beforeAll(async () => {
  shop = await startShop({ secret });
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    signingSecret: secret,
    logLevel: "silent",
    limits: { bodyBytes: 20_000, subscriptionsPerSocket: 3, waitingEvents: 100 },
  });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await until(() => gateway.counts().sockets === 0);
  // Whoever leaves leaves nothing behind: not here, not at the subgraph.
  await until(() => gateway.counts().upstreamSubscriptions === 0 && shop.reviews.running() === 0);
  expect(gateway.counts()).toEqual({
    sockets: 0,
    eventStreams: 0,
    operations: 0,
    subscribers: 0,
    upstreamSubscriptions: 0,
  });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

function connect(): Client {
  const client = socketTo(gateway.url);
  clients.push(client);
  return client;
}

async function listening(query: string, variables?: Record<string, unknown>, client = connect()) {
  const { subscribers } = gateway.counts();
  const heard = listenOn(client, query, variables);
  await until(
    () =>
      gateway.counts().subscribers > subscribers && shop.reviews.running() === gateway.counts().upstreamSubscriptions,
  );
  return heard;
}

test("an event of one subgraph arrives with fields of two others, in order", async () => {
  const heard = await listening(hydrated);
  for (let n = 1; n <= 20; n++)
    shop.addReview({ id: `e${n}`, body: `no. ${n}`, authorId: n % 2 ? "u1" : "u2", upc: "p2" });
  await until(() => heard.events.length === 20);
  expect(heard.events[0]).toEqual({
    data: { reviewAdded: { body: "no. 1", author: { name: "Ada" }, product: { title: "Chair" } } },
  });
  expect(heard.events.map(({ data }) => (data as { reviewAdded: { body: string } }).reviewAdded.body)).toEqual(
    Array.from({ length: 20 }, (_, n) => `no. ${n + 1}`),
  );
});

test("variables reach the subgraph, which sends only what was asked for", async () => {
  const heard = await listening(hydrated, { upc: "p1" });
  shop.addReview({ id: "e1", body: "chair", authorId: "u1", upc: "p2" });
  shop.addReview({ id: "e2", body: "table", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1);
  expect(heard.events[0]).toMatchObject({ data: { reviewAdded: { body: "table" } } });
});

test("the subscription is signed with who is asking", async () => {
  await listening(hydrated);
  expect(shop.reviews.subscribers.at(-1)).toMatchObject({ kind: "anonymous" });
});

test("a field that fails in an event has its path, and the event arrives without it", async () => {
  const heard = await listening("subscription { reviewAdded { body author { secretNote } } }");
  shop.addReview({ id: "e1", body: "x", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1);
  expect(heard.events[0]).toEqual({
    data: { reviewAdded: { body: "x", author: { secretNote: null } } },
    errors: [
      {
        message: "You may not read that note.",
        path: ["reviewAdded", "author", "secretNote"],
        extensions: { code: "FORBIDDEN", serviceName: "accounts" },
      },
    ],
  });
});

test("a subscription that ends completes", async () => {
  const heard = listenOn(connect(), "subscription { countdown(from: 3) }");
  expect(await heard.over).toBeNull();
  expect(heard.events).toEqual([3, 2, 1].map((countdown) => ({ data: { countdown } })));
});

test("queries and mutations are answered on the same socket", async () => {
  const client = connect();
  const query = listenOn(client, "{ me { name reviews { body } } }");
  expect(await query.over).toBeNull();
  expect(query.events).toEqual([{ data: { me: { name: "Ada", reviews: [{ body: "Sturdy" }] } } }]);
  const heard = await listening(hydrated, {}, client);
  const mutation = listenOn(client, 'mutation { review(upc: "p1", body: "Nice") { id } }');
  await mutation.over;
  expect(mutation.events[0]).toMatchObject({ data: { review: { id: expect.any(String) } } });
  await until(() => heard.events.length === 1);
});

test("unsubscribing leaves nothing upstream, even while no event comes", async () => {
  const client = connect();
  const first = await listening(hydrated, {}, client);
  const second = await listening(hydrated, {}, client);
  const third = await listening(hydrated, { upc: "p1" }, client);
  expect(gateway.counts()).toMatchObject({ subscribers: 3, upstreamSubscriptions: 2 });
  expect(shop.reviews.sockets()).toBe(1);
  first.stop();
  await until(() => gateway.counts().subscribers === 2);
  expect(gateway.counts().upstreamSubscriptions).toBe(2);
  third.stop();
  await until(() => shop.reviews.running() === 1 && gateway.counts().upstreamSubscriptions === 1);
  second.stop();
  await until(() => shop.reviews.running() === 0 && gateway.counts().upstreamSubscriptions === 0);
  await until(() => shop.reviews.sockets() === 0);
});

test("a subscription that begins while the last one's connection closes is served", async () => {
  const client = connect();
  let heard = await listening(hydrated, {}, client);
  for (let turn = 1; turn <= 100; turn++) {
    const known = shop.reviews.subscribers.length;
    heard.stop();
    // Between the end of the last and the beginning of the next the old connection is at every stage of its closing.
    for (let yields = 0; yields < turn % 10; yields++) await new Promise(setImmediate);
    heard = listenOn(client, hydrated);
    await until(() => shop.reviews.subscribers.length > known && shop.reviews.running() === 1);
    shop.addReview({ id: `t${turn}`, body: `turn ${turn}`, authorId: "u1", upc: "p1" });
    await until(() => heard.events.length > 0);
    expect(heard.events[0]).toMatchObject({ data: { reviewAdded: { body: `turn ${turn}` } } });
  }
}, 30_000);

test("a client that vanishes leaves nothing upstream", async () => {
  const client = connect();
  await listening(hydrated, {}, client);
  client.terminate();
  await until(() => shop.reviews.running() === 0 && gateway.counts().upstreamSubscriptions === 0);
});

test.each([
  ["crashes", undefined],
  ["closes normally", 1000],
  ["goes away", 1001],
])("when the subgraph's socket %s the client is told, never left in silence", async (_how, code) => {
  const heard = await listening(hydrated);
  shop.reviews.cut(code);
  expect(await heard.over).toMatchObject([{ extensions: { code: "SUBSCRIPTION_LOST", serviceName: "reviews" } }]);
  const again = await listening(hydrated);
  shop.addReview({ id: "e1", body: "back", authorId: "u1", upc: "p1" });
  await until(() => again.events.length === 1);
});

test("a subscription that the subgraph refuses arrives as its refusal", async () => {
  const heard = listenOn(connect(), hydrated, { upc: "forbidden" });
  expect(await heard.over).toBeNull();
  expect(heard.events).toEqual([
    {
      data: null,
      errors: [
        {
          message: "There is no such product.",
          path: ["reviewAdded"],
          extensions: { code: "NOT_FOUND", serviceName: "reviews" },
        },
      ],
    },
  ]);
});

test.each([
  ["a syntax error", "subscription {", "GRAPHQL_PARSE_FAILED"],
  ["an unknown field", "subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"],
  [
    "too deep a query",
    `{ ${"me { reviews { author { ".repeat(10)} id ${"} } }".repeat(10)} }`
      .replaceAll("me {", "reviews { author {")
      .replaceAll("} } }", "} } } }"),
    "QUERY_TOO_DEEP",
  ],
])("%s on a socket is refused by name", async (_what, query, code) => {
  expect(await listenOn(connect(), query).over).toMatchObject([{ extensions: { code } }]);
});

test("a missing variable is the client's error", async () => {
  const heard = listenOn(connect(), "subscription ($from: Int!) { countdown(from: $from) }");
  expect(await heard.over).toBeNull();
  expect(heard.events).toMatchObject([{ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] }]);
});

test("one socket runs only so many subscriptions", async () => {
  const client = connect();
  for (let n = 0; n < 3; n++) await listening(hydrated, {}, client);
  expect(await listenOn(client, hydrated).over).toMatchObject([
    { extensions: { code: "TOO_MANY_SUBSCRIPTIONS", limit: 3 } },
  ]);
});

test("the acknowledgement carries the correlation id, the client's own where it has one", async () => {
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    headers: { "x-correlation-id": "mine.1" },
  });
  const told = new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: MessageType.ConnectionInit }));
  expect(JSON.parse(await told)).toEqual({ type: "connection_ack", payload: { correlationId: "mine.1" } });
  socket.terminate();
});

test("a client that does not read is cut off with a close code, and nobody else notices", async () => {
  const other = await listening(hydrated);
  const slow = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const closed = new Promise<[number, string]>((resolve) =>
    slow.once("close", (code, reason) => resolve([code, String(reason)])),
  );
  await new Promise((resolve) => slow.once("open", resolve));
  slow.send(JSON.stringify({ type: MessageType.ConnectionInit }));
  await new Promise((resolve) => slow.once("message", resolve));
  slow.send(JSON.stringify({ type: MessageType.Subscribe, id: "1", payload: { query: hydrated } }));
  await until(() => gateway.counts().subscribers === 2);
  slow.pause();
  const body = "x".repeat(100_000);
  for (let n = 1; gateway.counts().subscribers === 2; n++) {
    shop.addReview({ id: `${n}`, body, authorId: "u1", upc: "p1" });
    await until(() => other.events.length === n);
  }
  slow.resume();
  expect(await closed).toEqual([1013, expect.stringMatching(/^SLOW_CONSUMER/)]);
  expect(other.events.length).toBeGreaterThan(100);
}, 30_000);

test.each([
  ["subscribes before it began", [{ type: MessageType.Subscribe, id: "1", payload: { query: hydrated } }], 4401],
  ["begins twice", [{ type: MessageType.ConnectionInit }, { type: MessageType.ConnectionInit }], 4429],
  ["speaks nonsense", ["hello"], 4400],
  ["sends too large a frame", [{ type: MessageType.ConnectionInit, payload: { filler: "x".repeat(30_000) } }], 1009],
  [
    "uses an id twice",
    [
      { type: MessageType.ConnectionInit },
      { type: MessageType.Subscribe, id: "1", payload: { query: hydrated } },
      { type: MessageType.Subscribe, id: "1", payload: { query: hydrated } },
    ],
    4409,
  ],
])("a client that %s is shut out with the protocol's code", async (_what, messages, code) => {
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("open", resolve));
  for (const message of messages) {
    socket.send(typeof message === "string" ? message : JSON.stringify(message));
    if (typeof message !== "string" && message.type === MessageType.ConnectionInit) await pause(30);
  }
  expect(await closed).toBe(code);
});

test("another WebSocket protocol or path is refused", async () => {
  const old = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, "graphql-ws");
  old.on("error", () => {});
  expect(await new Promise((resolve) => old.once("close", resolve))).not.toBe(1000);
  const elsewhere = new WebSocket(`${gateway.url.replace("http", "ws")}/elsewhere`, "graphql-transport-ws");
  expect(await new Promise((resolve) => elsewhere.once("error", ({ message }) => resolve(message)))).toMatch(/404/);
});
