import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Figure, median, round } from "../figure.ts";
import { composedSupergraph } from "../gateway/graph.ts";
import { measure, type Run } from "../gateway/measure.ts";
import { PinnedProcess } from "../gateway/pinned-process.ts";
import { workloads } from "../gateway/workloads.ts";
import type { Measurement } from "../measurement.ts";
import { freePort, root, temporaryFolder } from "../started-platform.ts";

// Gateways, load and subgraphs share them all.
const CORES = "0,1";
const counts = [1, 2];
const times = { connections: 50, measuredMs: 4_000 };
const rounds = 5;

/** One gateway process and two, on machines whose every core is wanted by others too. */
export const workers: Measurement = {
  about: "what a second gateway process costs a request, and what both do together",
  async take(say) {
    await using folder = await temporaryFolder();
    await using running = new AsyncDisposableStack();
    const start = (name: string, args: readonly string[], env: object = {}) => {
      const one = new PinnedProcess(name, CORES, args, { env });
      running.defer(() => one.stop());
      return one;
    };
    const child = (file: string) => start(file, [join(import.meta.dirname, "..", "gateway", file)]);
    const supergraph = join(folder.path, "supergraph.graphql");
    await writeFile(supergraph, composedSupergraph(await child("subgraphs-child.js").message()));
    const load = child("load-child.js");
    const gateways = [];
    for (const count of counts) {
      const port = await freePort();
      const main = join(root, "gateway", "dist", "main.js");
      const args = [main, "--supergraph", supergraph, "--port", `${port}`, "--workers", `${count}`];
      const process = start(`${count} workers`, args, { PROPAGATE_HEADERS: "authorization", LOG_LEVEL: "warn" });
      const url = `http://127.0.0.1:${port}/graphql`;
      await process.answering(url);
      gateways.push({ count, url, process });
    }
    const asked = workloads.filter(({ unique }) => !unique);
    const taken: Record<string, Record<number, Run[]>> = {};
    for (let turn = 1; turn <= rounds; turn += 1) {
      for (const workload of asked) {
        for (const gateway of gateways) {
          const headers = { "content-type": "application/json", accept: "application/json" };
          const answer = await fetch(gateway.url, { method: "POST", body: workload.body, headers });
          const bytes = (await answer.arrayBuffer()).byteLength;
          const warmUpMs = turn === 1 ? 4_000 : 1_000;
          const run = await measure(load, gateway, workload, bytes, { ...times, warmUpMs });
          const runs = taken[workload.name]?.[gateway.count] ?? [];
          taken[workload.name] = { ...taken[workload.name], [gateway.count]: [...runs, run] };
          say(
            `${turn} of ${rounds}, ${workload.name.padEnd(6)} ${gateway.count} workers ${run.rps.toFixed(0).padStart(6)} RPS, ` +
              `p99 ${run.p99Ms.toFixed(0)} ms, ${run.cpuMs.toFixed(3)} CPU ms, ${run.rssMb.toFixed(0)} MB`,
          );
        }
      }
    }
    const figures: Figure[] = asked.flatMap(({ name }) => {
      const of = (count: number) => taken[name]?.[count] ?? [];
      const ratio = (what: "cpuMs" | "rps") =>
        round(median(of(2).map((run, turn) => run[what] / (of(1)[turn]?.[what] ?? Number.NaN))), 3);
      const each = counts.flatMap((count) => [
        {
          name: `workers.${name}.${count}.rps`,
          value: round(median(of(count).map(({ rps }) => rps)), 0),
          unit: "requests/s",
        },
        {
          name: `workers.${name}.${count}.cpu`,
          value: round(median(of(count).map(({ cpuMs }) => cpuMs)), 3),
          unit: "ms/request",
        },
        {
          name: `workers.${name}.${count}.rss`,
          value: round(median(of(count).map(({ rssMb }) => rssMb)), 0),
          unit: "MB",
        },
      ]);
      return [
        ...each,
        {
          name: `workers.${name}.cpu-of-two-to-one`,
          value: ratio("cpuMs"),
          unit: "times",
          aim: { op: "<=", value: 1.05 },
        },
        { name: `workers.${name}.rps-of-two-to-one`, value: ratio("rps"), unit: "times" },
      ] satisfies Figure[];
    });
    return { figures, details: { ...times, rounds, cores: CORES, taken } };
  },
};
