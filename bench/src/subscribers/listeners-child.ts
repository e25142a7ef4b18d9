import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { subscription } from "./graph.ts";

/** What it is told, and answers with {@link Told} when it is done. */
export type Order =
  | { connect: { url: string; sockets: number; subscribe: boolean } }
  | { heard: number }
  | { leave: true };
export type Told =
  | { connected: number }
  /** Milliseconds from an event's sending, of each listener for each event. */
  | { latencies: number[] }
  | { left: true }
  | { error: string };

const AT_ONCE = 100;
const PATIENCE_MS = 30_000;
const SENT_AT = Buffer.from('"sentAt":"');

let sockets: WebSocket[] = [];
let latencies: number[] = [];
let onHeard = () => {};

/** Settles when the gateway has acknowledged the socket and, if wanted, taken its subscription. */
function listener(url: string, subscribe: boolean): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, "graphql-transport-ws", { perMessageDeflate: false, skipUTF8Validation: true });
    socket.once("error", reject);
    socket.once("open", () => socket.send('{"type":"connection_init"}'));
    socket.on("message", (data: Buffer) => {
      const at = data.indexOf(SENT_AT);
      if (at > 0) {
        const from = at + SENT_AT.length;
        const sentAt = BigInt(data.toString("latin1", from, data.indexOf(0x22, from)));
        latencies.push(Number(process.hrtime.bigint() - sentAt) / 1e6);
        return onHeard();
      }
      if (!data.includes("connection_ack")) return reject(new Error(`A listener was told ${data.toString()}`));
      if (subscribe) {
        const query = { id: randomUUID(), type: "subscribe", payload: { query: subscription, variables: {} } };
        socket.send(JSON.stringify(query));
      }
      return resolve(socket);
    });
  });
}

async function take(order: Order): Promise<Told> {
  if ("connect" in order) {
    const { url, sockets: wanted, subscribe } = order.connect;
    while (sockets.length < wanted) {
      const group = Array.from({ length: Math.min(AT_ONCE, wanted - sockets.length) }, () => listener(url, subscribe));
      sockets.push(...(await Promise.all(group)));
    }
    return { connected: sockets.length };
  }
  if ("leave" in order) {
    for (const socket of sockets) socket.close(1000);
    sockets = [];
    return { left: true };
  }
  await new Promise<void>((resolve, reject) => {
    const impatience = setTimeout(() => {
      reject(new Error(`Only ${latencies.length} of ${order.heard} were heard.`));
    }, PATIENCE_MS);
    onHeard = () => {
      if (latencies.length < order.heard) return;
      clearTimeout(impatience);
      resolve();
    };
    onHeard();
  });
  const taken = latencies;
  latencies = [];
  return { latencies: taken };
}

process.on("message", async (order: Order) => {
  const told: Told = await take(order).catch((error: Error) => ({ error: error.message }));
  process.send?.(told);
});
process.on("disconnect", () => process.exit());
