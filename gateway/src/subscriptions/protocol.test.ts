import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pino } from "pino";
import { type RawData, WebSocket } from "ws";
import { type Gateway, startGateway } from "../gateway.ts";
import { until } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const FRAME_BYTES = 10_000;
let shop: Shop;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startGateway(
    { supergraph: { sdl: shop.supergraph }, port: 0, limits: { bodyBytes: FRAME_BYTES } },
    { log: pino({ level: "silent" }) },
  );
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

interface Raw {
  socket: WebSocket;
  messages: Record<string, unknown>[];
  /** The code and reason with which the socket was closed. */
  closed: Promise<[number, string]>;
}

async function opened(protocols: string | string[] = "graphql-transport-ws"): Promise<Raw> {
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, protocols);
  const messages: Record<string, unknown>[] = [];
  socket.on("message", (data: RawData) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<[number, string]>((done) => {
    socket.once("close", (code, reason) => done([code, String(reason)]));
  });
  socket.on("error", () => {});
  await new Promise((done) => socket.once("open", done));
  return { socket, messages, closed };
}

async function acknowledged(): Promise<Raw> {
  const raw = await opened();
  raw.socket.send('{"type":"connection_init"}');
  await until(() => raw.messages.length === 1);
  expect(raw.messages.pop()).toMatchObject({ type: "connection_ack" });
  return raw;
}

const subscribe = (id: string, query = "subscription { reviewAdded { id } }") =>
  JSON.stringify({ id, type: "subscribe", payload: { query } });

test("who does not begin in time is closed with 4408", async () => {
  const { closed } = await opened();
  expect(await closed).toEqual([4408, "Connection initialisation timeout"]);
}, 15_000);

test("who begins twice is closed with 4429", async () => {
  const { socket, closed } = await acknowledged();
  socket.send('{"type":"connection_init"}');
  expect(await closed).toEqual([4429, "Too many initialisation requests"]);
});

test("who subscribes before it was acknowledged is closed with 4401", async () => {
  const { socket, closed } = await opened();
  socket.send(subscribe("1"));
  expect(await closed).toEqual([4401, "Unauthorized"]);
});

test("who uses an id that is in use is closed with 4409, and both subscriptions are over", async () => {
  const { socket, closed } = await acknowledged();
  socket.send(subscribe("1"));
  await until(() => shop.reviews.running() === 1);
  socket.send(subscribe("1"));
  expect(await closed).toEqual([4409, "Subscriber for 1 already exists"]);
  await until(() => shop.reviews.running() === 0 && gateway.counts().sockets === 0);
});

test("an id may be used again once its subscription is over", async () => {
  const { socket, messages } = await acknowledged();
  for (let time = 1; time <= 2; time++) {
    socket.send(subscribe("1", "subscription { countdown(from: 1) }"));
    await until(() => messages.length === 2 * time);
  }
  expect(messages.map(({ type }) => type)).toEqual(["next", "complete", "next", "complete"]);
  socket.close();
});

test("a frame that is too large closes with 1009", async () => {
  const { socket, closed } = await acknowledged();
  socket.send(subscribe("1", `{ me { id } } #${"x".repeat(FRAME_BYTES)}`));
  expect((await closed)[0]).toBe(1009);
});

test("so do small ones that are one message together", async () => {
  const { socket, closed } = await acknowledged();
  for (let sent = 0; sent <= FRAME_BYTES; sent += 1_000) socket.send("x".repeat(1_000), { fin: false });
  expect((await closed)[0]).toBe(1009);
});

test.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["no message", "{}"],
  ["of an unknown type", '{"type":"hello"}'],
  ["a server's", '{"type":"next","id":"1","payload":{"data":null}}'],
  ["a subscription without an id", '{"type":"subscribe","payload":{"query":"{ me { id } }"}}'],
  ["a subscription without a query", '{"type":"subscribe","id":"1","payload":{}}'],
  [
    "a subscription whose variables are a list",
    '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}',
  ],
])("a message that is %s closes with 4400", async (_what, message) => {
  const { socket, closed } = await acknowledged();
  socket.send(message);
  expect((await closed)[0]).toBe(4400);
});

test("bytes close with 4400, though they were the text of a message", async () => {
  const { socket, closed } = await acknowledged();
  socket.send(Buffer.from(subscribe("1")));
  expect(await closed).toEqual([4400, "Messages are text, not bytes."]);
  expect(shop.reviews.running()).toBe(0);
});

test.each([["graphql-ws"], ["mqtt"]])("the protocol %s is not spoken: 4406", async (protocol) => {
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/graphql`, protocol);
  const end = new Promise((done) => {
    socket.once("close", (code) => done(code));
    socket.once("error", (error) => done(error.message));
  });
  // The client is told by the handshake that names no protocol, or by the code.
  expect([4406, "Server sent no subprotocol"]).toContain(await end);
  await until(() => gateway.counts().sockets === 0);
});

test("of several protocols the one that is spoken is chosen", async () => {
  const { socket } = await opened(["mqtt", "graphql-transport-ws"]);
  expect(socket.protocol).toBe("graphql-transport-ws");
  socket.close();
});

test("a ping is answered with its payload, before and after the beginning", async () => {
  const { socket, messages } = await opened();
  socket.send('{"type":"ping","payload":{"at":1}}');
  await until(() => messages.length === 1);
  expect(messages).toEqual([{ type: "pong", payload: { at: 1 } }]);
  socket.close();
});

test("completing what is not there, or twice, does nothing", async () => {
  const { socket, messages } = await acknowledged();
  for (const id of ["1", "1", "__proto__"]) socket.send(JSON.stringify({ id, type: "complete" }));
  socket.send(subscribe("__proto__", "subscription { countdown(from: 1) }"));
  await until(() => messages.length === 2);
  expect(messages).toMatchObject([{ id: "__proto__", payload: { data: { countdown: 1 } } }, { type: "complete" }]);
  socket.close();
});
