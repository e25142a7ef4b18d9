import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * What the proxy does with a connection on which the client sends something:
 * `reset` cuts it with RST, `reset-in-answer` in the middle of the answer, `hang` never answers, `garbage` answers what
 * is not HTTP, `slow` passes the answer on byte by byte, `endless` answers without an end.
 */
export type Fault = "none" | "reset" | "reset-in-answer" | "hang" | "garbage" | "slow" | "endless";

export interface FaultyProxy {
  url: string;
  /** @param times after so many requests all is well again */
  fault(kind: Fault, times?: number): void;
  /** Requests seen since the last `fault`: everything that a client sent in one piece. */
  requests(): number;
  /** Connections that are open now. */
  connections(): number;
  close(): Promise<void>;
}

const SLOW_MS = 20;
const CHUNK = Buffer.alloc(16 * 1024, " ");

/** A TCP proxy before a subgraph that does to it what networks and crashes do. */
export async function startFaultyProxy(subgraphUrl: string): Promise<FaultyProxy> {
  const target = new URL(subgraphUrl);
  const open = new Set<Socket>();
  let kind: Fault = "none";
  let left = Number.POSITIVE_INFINITY;
  let requests = 0;

  const server: Server = createServer({ noDelay: true }, (client) => {
    open.add(client);
    let now: Fault = "none";
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
    client.on("close", () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on("close", () => client.end());
    client.on("data", (data) => {
      requests += 1;
      now = left > 0 ? kind : "none";
      left -= 1;
      if (now === "reset") client.resetAndDestroy();
      else if (now === "garbage") client.end("\u0000\u0001 this is no HTTP \r\n\r\n");
      else if (now === "endless") pour(client);
      else if (now !== "hang") upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (now === "slow") drip(client, data);
      else if (now === "reset-in-answer")
        client.write(data.subarray(0, data.length - 5), () => client.resetAndDestroy());
      else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`,
    fault(newKind, times = Number.POSITIVE_INFINITY) {
      kind = newKind;
      left = times;
      requests = 0;
    },
    requests: () => requests,
    connections: () => open.size,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pour(client: Socket): void {
  client.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
  const more = (): void => {
    while (!client.destroyed && client.write(`${CHUNK.length.toString(16)}\r\n${CHUNK}\r\n`));
  };
  client.on("drain", more);
  more();
}

function drip(client: Socket, data: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (client.destroyed || sent >= data.length) clearInterval(timer);
    else client.write(data.subarray(sent, ++sent));
  }, SLOW_MS);
}
