import { connect, type Socket } from "node:net";
import { HttpMessages } from "./http-messages.ts";

/** What to ask, of whom, for how long. */
export interface Load {
  url: string;
  body: string;
  /** Of the answer, which has been compared before. */
  answerBytes: number;
  /** A different authorization header on each request. */
  unique: boolean;
  connections: number;
  /** Not counted: caches fill, code is compiled. */
  warmUpMs: number;
  measuredMs: number;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

let authorizations = 0;

/**
 * A closed loop: each connection asks again as soon as it has its answer. An answer that is not 200, or not as long as the
 * one that was compared, is an error and ends the bench.
 */
async function run({ url, body, answerBytes, unique, connections, warmUpMs, measuredMs }: Load) {
  const { hostname, port, host, pathname } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n`;
  const rest = `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const latencies: number[] = [];
  let counting = false;
  let stopped = false;
  const keepAsking = (socket: Socket): Promise<void> =>
    new Promise((done, fail) => {
      let began = 0;
      const ask = () => {
        if (stopped) return done();
        began = performance.now();
        socket.write(unique ? `${head}authorization: Bearer caller-${++authorizations}\r\n${rest}` : head + rest);
      };
      const answers = new HttpMessages((answerHead, { length }) => {
        if (counting) latencies.push(performance.now() - began);
        const status = answerHead.slice(9, 12);
        if (status === "200" && length === answerBytes) ask();
        else fail(new Error(`${url} answered ${status} with ${length} bytes, not ${answerBytes}`));
      });
      socket.on("data", (piece) => answers.push(piece));
      socket.on("error", fail);
      ask();
    });
  const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname).setNoDelay(true));
  const asking = Promise.all(sockets.map(keepAsking));
  const wait = (ms: number) => Promise.race([asking, new Promise((over) => setTimeout(over, ms))]);
  await wait(warmUpMs);
  process.send?.("begun");
  counting = true;
  const began = performance.now();
  await wait(measuredMs);
  counting = false;
  const seconds = (performance.now() - began) / 1000;
  process.send?.("ended");
  const sorted = Float64Array.from(latencies).sort();
  const result: LoadResult = {
    requests: sorted.length,
    seconds,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
  stopped = true;
  await asking;
  for (const socket of sockets) socket.destroy();
  process.send?.({ result });
}

process.on("message", (load: Load) => {
  run(load).catch((error: Error) => process.send?.({ error: error.message }));
});
process.on("disconnect", () => process.exit());
