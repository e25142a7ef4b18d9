import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Figure, round } from "../figure.ts";
import { composedSupergraph } from "../gateway/graph.ts";
import { GATEWAY_CORE, LOAD_CORE, PinnedProcess } from "../gateway/pinned-process.ts";
import type { Measurement } from "../measurement.ts";
import { freePort, root, temporaryFolder } from "../started-platform.ts";
import type { Memory } from "../subscribers/tell-memory.ts";

const distinct = 10_000;
const repeated = 20_000;
const requests = 100_000;
const atOnce = 50;

/** One of 10,000 operations, each of a text of its own. */
const operation = (n: number) => `query Q${n} { me { id n${n}: name reviews { id body } } }`;

/** Good ones, and every fault that one request can have: in its text, in its size, in a subgraph that is not there. */
const mixed: readonly string[] = [
  "{ me { id name username } }",
  "{ users { name reviews { body product { name price } } } }",
  "{ topProducts { name inStock } }",
  "{ me { nothing } }",
  "{ me {",
  `{ ${"me { reviews { author { ".repeat(12)} id ${"} } } ".repeat(12)} }`,
];

/** What many operations and many requests leave behind. */
export const operations: Measurement = {
  about: "memory with 10,000 distinct operations, and after 100,000 requests with faults",
  async take(say) {
    await using folder = await temporaryFolder();
    await using running = new AsyncDisposableStack();
    const start = (name: string, core: number, args: readonly string[], env: object = {}) => {
      const one = new PinnedProcess(name, core, args, { env });
      running.defer(() => one.stop());
      return one;
    };
    const children = join(import.meta.dirname, "..");
    const subgraphs = start("subgraphs", LOAD_CORE, [join(children, "gateway", "subgraphs-child.js")]);
    const supergraph = join(folder.path, "supergraph.graphql");
    await writeFile(supergraph, composedSupergraph(await subgraphs.message()));
    const [port, metricsPort] = [await freePort(), await freePort()];
    const preload = join(children, "subscribers", "tell-memory.js");
    const main = join(root, "gateway", "dist", "main.js");
    const gateway = start(
      "gateway",
      GATEWAY_CORE,
      ["--expose-gc", "--import", preload, main, "--supergraph", supergraph, "--port", `${port}`],
      // Nobody listens on port 9.
      { METRICS_PORT: `${metricsPort}`, LOG_LEVEL: "silent", SUBGRAPH_URL_INVENTORY: "http://127.0.0.1:9/graphql" },
    );
    await gateway.answering(`http://127.0.0.1:${port}/graphql`);

    const ask = async (query: string): Promise<void> => {
      const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      });
      await answer.arrayBuffer();
    };
    /** So many at a time, whichever is next. */
    const askAll = async (count: number, queryOf: (n: number) => string): Promise<void> => {
      let next = 0;
      const askOn = async () => {
        while (next < count) {
          const n = next;
          next += 1;
          await ask(queryOf(n));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, askOn));
    };
    const memory = async (): Promise<Memory> => {
      gateway.child.send({});
      return gateway.message<Memory>();
    };
    const metric = async (series: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      const line = text.split("\n").find((each) => each.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1) ?? 0);
    };
    const found = async () => ({
      hits: await metric('gateway_operation_cache_total{result="hit"}'),
      misses: await metric('gateway_operation_cache_total{result="miss"}'),
    });

    await askAll(distinct, operation);
    const all = await memory();
    const kept = await metric("gateway_operations_kept");
    // Everything that is bounded is full now: as many again add nothing.
    await askAll(distinct, (n) => operation(distinct + n));
    const again = await memory();
    say(
      `${distinct} operations: ${kept} kept, ${round(all.rssKb / 1024)} MB, ${round(again.rssKb / 1024)} MB after as many again`,
    );

    const before = await found();
    // The n-th most popular is asked for one n-th as often as the first (Zipf's law).
    await askAll(repeated, () => operation(Math.floor(distinct ** Math.random()) - 1));
    const after = await found();
    const hits = after.hits - before.hits;
    const hitRate = hits / (hits + after.misses - before.misses);
    say(`${repeated} requests for them: ${round(100 * hitRate)} % found compiled`);

    await askAll(requests / 10, (n) => mixed[n % mixed.length] ?? "");
    const early = await memory();
    await askAll(requests, (n) => mixed[n % mixed.length] ?? "");
    const late = await memory();
    say(`${requests} requests: ${round(late.heapKb / 1024)} MB of heap, ${round(early.heapKb / 1024)} MB before`);

    const mb = (one: number, other: number) => round((one - other) / 1024);
    const figures: Figure[] = [
      { name: "operations.kept", value: kept, unit: "operations", aim: { op: "<=", value: 1_000 } },
      { name: "operations.rss", value: mb(all.rssKb, 0), unit: "MB" },
      { name: "operations.heap-grown", value: mb(again.heapKb, all.heapKb), unit: "MB", aim: { op: "<=", value: 10 } },
      { name: "operations.hit-rate", value: round(100 * hitRate, 1), unit: "%" },
      { name: "requests.heap-grown", value: mb(late.heapKb, early.heapKb), unit: "MB", aim: { op: "<=", value: 2 } },
      { name: "requests.rss-grown", value: mb(late.rssKb, early.rssKb), unit: "MB" },
    ];
    return { figures, details: { distinct, repeated, requests, all, again, early, late } };
  },
};
