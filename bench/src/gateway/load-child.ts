import { Client } from "undici";

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
 * A closed loop: each connection asks again as soon as it has its answer. undici's dispatch, because it costs a tenth of a
 * stock gateway's small request and shares its core with the subgraphs; an answer that is not 200, or not as long as the
 * one that was compared, is an error and ends the bench.
 */
async function run({ url, body, answerBytes, unique, connections, warmUpMs, measuredMs }: Load) {
  const { origin, pathname } = new URL(url);
  const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
  const latencies: number[] = [];
  let counting = false;
  let stopped = false;
  const keepAsking = (client: Client): Promise<void> =>
    new Promise((done, fail) => {
      const ask = () => {
        if (stopped) return done();
        let length = 0;
        let status = 0;
        const began = performance.now();
        client.dispatch(
          {
            path: pathname,
            method: "POST",
            body,
            headers: unique ? { ...headers, authorization: `Bearer caller-${++authorizations}` } : headers,
          },
          {
            onRequestStart() {},
            onResponseStart(_controller, statusCode) {
              status = statusCode;
            },
            onResponseData(_controller, piece) {
              length += piece.length;
            },
            onResponseEnd() {
              if (counting) latencies.push(performance.now() - began);
              if (status !== 200 || length !== answerBytes) {
                return fail(new Error(`${url} answered ${status} with ${length} bytes, not ${answerBytes}`));
              }
              ask();
            },
            onResponseError(_controller, error) {
              fail(error);
            },
          },
        );
      };
      ask();
    });
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }));
  const asking = Promise.all(clients.map(keepAsking));
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
  await Promise.all(clients.map((client) => client.close()));
  process.send?.({ result });
}

process.on("message", (load: Load) => {
  run(load).catch((error: Error) => process.send?.({ error: error.message }));
});
process.on("disconnect", () => process.exit());
