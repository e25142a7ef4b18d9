import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { WebSocket, WebSocketServer } from "ws";
import { Delivery, type DeliverySettings, type Sink } from "./delivery.ts";
import { SlowConsumer } from "./event-stream.ts";
import { Frame } from "./frame.ts";
import { SharedEvent } from "./shared-event.ts";

const event = (n: number) => new SharedEvent({ data: { n } });

/** A subscriber whose room, rights and hydration the test decides. */
function subscriber({ fillIn, ...sink }: Partial<Sink & Pick<DeliverySettings, "fillIn">> = {}, waitingEvents = 3) {
  const sent: string[] = [];
  const ends: unknown[] = [];
  let left = 0;
  const delivery = new Delivery({
    fillIn:
      fillIn ?? ((shared) => shared.frameFor({} as never, "", async (answer) => new Frame(JSON.stringify(answer)))),
    waitingEvents,
    sink: {
      send: (frame) => {
        sent.push(frame.text);
        return true;
      },
      whenRoom: () => {},
      mayHear: () => true,
      over: (reason) => ends.push(reason),
      ...sink,
    },
  });
  delivery.begin(() => {
    left += 1;
  });
  return { delivery, sent, ends, left: () => left };
}

test("events keep their order though one takes longer to be filled in than the next", async () => {
  const pauses = [20, 1, 5];
  const { delivery, sent } = subscriber({
    fillIn: async (shared) => {
      const frame = await shared.frameFor({} as never, "", async (answer) => new Frame(JSON.stringify(answer)));
      await new Promise((resolve) => setTimeout(resolve, pauses.shift()));
      return frame;
    },
  });
  for (const n of [1, 2, 3]) delivery.push(event(n));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(sent).toEqual([1, 2, 3].map((n) => `{"data":{"n":${n}}}`));
});

test("one event too many for a slow reader ends it, by name, and frees its place", async () => {
  const { delivery, sent, ends, left } = subscriber({ send: () => false });
  for (let n = 0; n < 5; n++) delivery.push(event(n));
  await turn();
  expect(sent).toEqual([]);
  expect(ends).toEqual([expect.any(SlowConsumer)]);
  expect(left()).toBe(1);
});

test("the reason of an end comes after the events before it, and when there is room", async () => {
  let go = () => {};
  const sent: string[] = [];
  const { delivery, ends } = subscriber({
    send: ({ text }) => sent.push(text) > 2,
    whenRoom: (goOn) => {
      go = goOn;
    },
  });
  delivery.push(event(1));
  delivery.push(event(2));
  delivery.end("lost");
  await turn();
  expect([sent.length, ends]).toEqual([1, []]);
  go();
  await turn();
  expect([sent.length, ends]).toEqual([2, []]);
  go();
  expect(ends).toEqual(["lost"]);
});

test("while the subscriber is judged nothing is sent, and nothing at all to one who lost the right", async () => {
  let judge: (may: boolean) => void = () => {};
  const { delivery, sent, ends, left } = subscriber({
    mayHear: () =>
      new Promise((resolve) => {
        judge = resolve;
      }),
  });
  delivery.push(event(1));
  delivery.push(event(2));
  await turn();
  expect(sent).toEqual([]);
  judge(true);
  await turn();
  expect(sent).toHaveLength(1);
  judge(false);
  await turn();
  expect([sent.length, ends, left()]).toEqual([1, [undefined], 1]);
});

test("one who has left hears nothing of what was being filled in", async () => {
  const { delivery, sent, left } = subscriber();
  delivery.push(event(1));
  delivery.stop();
  delivery.stop();
  await turn();
  expect([sent, left()]).toEqual([[], 1]);
});

test("as many as wait are delivered without the stack growing", async () => {
  const { delivery, sent } = subscriber({}, 50_000);
  const same = event(1);
  for (let n = 0; n < 50_000; n++) delivery.push(same);
  delivery.end();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(sent).toHaveLength(50_000);
});

test.each([0, 10, 100, 200, 65_000, 66_000])(
  "a client reads a frame with %i characters as the message it is",
  async (length) => {
    const frame = new Frame(JSON.stringify({ data: { text: `${"é".repeat(length / 2)}"quoted"` } }));
    const id = 'an "id"';
    const streams: Duplex[] = [];
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    server.on("upgrade", (request: IncomingMessage, stream, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        stream.write(frame.onSocket(id));
        socket.send("the next");
        streams.push(stream);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const heard: string[] = [];
    client.on("message", (data) => heard.push(String(data)));
    while (heard.length < 2) await once(client, "message");
    client.terminate();
    server.close();
    const message = { id, type: "next", payload: JSON.parse(frame.text) };
    expect(heard).toEqual([JSON.stringify(message), "the next"]);
  },
);
