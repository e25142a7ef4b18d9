import { writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Figure, median, round } from "../figure.ts";
import {
  type Contender,
  type ContenderName,
  installRivals,
  startContender,
  startStatic,
} from "../gateway/contenders.ts";
import { composedSupergraph } from "../gateway/graph.ts";
import { measure, type Run } from "../gateway/measure.ts";
import { LOAD_CORE, PinnedProcess } from "../gateway/pinned-process.ts";
import { sharesOf } from "../gateway/stages.ts";
import { type Workload, workloads } from "../gateway/workloads.ts";
import type { Measurement } from "../measurement.ts";
import { temporaryFolder } from "../started-platform.ts";

const names: readonly ContenderName[] = ["stock", "hive", "hive-rust", "hive-rust-sharing", "ours"];
/** Hive's modes with the deduplication settings that ours has: identical calls of different requests are all sent. */
const hiveModes: readonly ContenderName[] = ["hive", "hive-rust"];

const connections = 50;
const rounds = Number(process.env["GATEWAY_ROUNDS"] ?? 5);
const measuredMs = 1000 * Number(process.env["GATEWAY_SECONDS"] ?? 4);
const warmUpMs = 1000;
const firstWarmUpMs = 4000;

type Taken = Record<string, Record<string, Run[]>>;

/**
 * The stock gateway, Hive's and ours on the same graph, interleaved: in each round each workload meets every gateway, so
 * that what else the machine does meets all of them.
 */
export const gateway: Measurement = {
  about: "requests a second and their cost, ours against the stock gateway and Hive's",
  async take(say) {
    await installRivals(say);
    await using folder = await temporaryFolder();
    await using running = new AsyncDisposableStack();
    const start = async <Started extends { process: PinnedProcess }>(begun: Promise<Started>): Promise<Started> => {
      const one = await begun;
      running.defer(() => one.process.stop());
      return one;
    };
    const child = (file: string) =>
      start(
        Promise.resolve({
          process: new PinnedProcess(file, LOAD_CORE, [join(import.meta.dirname, "..", "gateway", file)]),
        }),
      );

    const subgraphs = await child("subgraphs-child.js");
    const supergraph = join(folder.path, "supergraph.graphql");
    await writeFile(supergraph, composedSupergraph(await subgraphs.process.message()));
    const contenders: Contender[] = [];
    for (const name of names) contenders.push(await start(startContender(name, supergraph)));
    const answers = await sameAnswers(contenders);
    contenders.unshift(await start(startStatic(answers.ours ?? {})));
    answers.static = answers.ours ?? {};
    const load = (await child("load-child.js")).process;

    const taken: Taken = Object.fromEntries(
      workloads.map(({ name }) => [name, Object.fromEntries(contenders.map((contender) => [contender.name, []]))]),
    );
    const loads: number[] = [];
    for (let turn = 1; turn <= rounds; turn += 1) {
      for (const workload of workloads) {
        for (const contender of contenders) {
          const answer = answers[contender.name]?.[workload.body] ?? "";
          const run = await measure(load, contender, workload, Buffer.byteLength(answer), {
            connections,
            measuredMs,
            warmUpMs: turn === 1 ? firstWarmUpMs : warmUpMs,
          });
          taken[workload.name]?.[contender.name]?.push(run);
          say(
            `${turn} of ${rounds}, ${workload.name.padEnd(7)} ${contender.name.padEnd(17)} ${run.rps.toFixed(0).padStart(6)} RPS, ` +
              `p99 ${run.p99Ms.toFixed(0)} ms, ${run.cpuMs.toFixed(3)} CPU ms, core ${Math.round(run.busy * 100)} %, ${run.rssMb.toFixed(0)} MB`,
          );
        }
      }
      loads.push(round(loadavg()[0] ?? 0));
    }
    const stages = await stagesOfOurs(load, supergraph, folder.path, answers);
    const bytes = Object.fromEntries(workloads.map(({ name, body }) => [name, answers.ours?.[body]?.length]));
    return {
      figures: [...stages, ...figuresOf(taken)],
      details: { connections, rounds, measuredMs, bytes, loads, taken },
    };
  },
};

/** What each gateway answers to each body: the same values, though perhaps in another order. */
type Answers = Partial<Record<string, Record<string, string>>>;

/**
 * Asks every gateway everything, and compares what comes as JSON values.
 * @throws Error naming the gateway that answers otherwise than the stock one, or with errors
 */
async function sameAnswers(contenders: readonly Contender[]): Promise<Answers> {
  const answers: Answers = {};
  const headers = { "content-type": "application/json", accept: "application/json" };
  for (const { name, body } of workloads) {
    let expected: unknown;
    for (const contender of contenders) {
      const text = await (await fetch(contender.url, { method: "POST", body, headers })).text();
      const answer = JSON.parse(text) as { data?: unknown; errors?: unknown };
      if (answer.errors || !answer.data)
        throw new Error(`${contender.name} answers ${name} with ${text.slice(0, 500)}`);
      expected ??= answer;
      if (!isDeepStrictEqual(answer, expected)) {
        throw new Error(`${contender.name} answers ${name} otherwise than ${contenders[0]?.name} does`);
      }
      answers[contender.name] = { ...answers[contender.name], [body]: text };
    }
  }
  return answers;
}

/** Where ours spends its time on the big query: once more, under a profiler, which makes it slower by a little. */
async function stagesOfOurs(
  load: PinnedProcess,
  supergraph: string,
  folder: string,
  answers: Answers,
): Promise<Figure[]> {
  const big = workloads[0] as Workload;
  const profiled = await startContender("ours", supergraph, ["--cpu-prof", `--cpu-prof-dir=${folder}`]);
  try {
    const answerBytes = Buffer.byteLength(answers.ours?.[big.body] ?? "");
    const { cpuMs } = await measure(load, profiled, big, answerBytes, {
      connections,
      measuredMs,
      warmUpMs: firstWarmUpMs,
    });
    await profiled.process.stop();
    const shares = [...(await sharesOf(folder, measuredMs))].sort(([, one], [, other]) => other - one);
    return shares.map(([stage, share]) => ({
      name: `gateway.big.ours.stage.${stage}`,
      value: round(share * cpuMs, 3),
      unit: "ms/request",
    }));
  } finally {
    await profiled.process.stop();
  }
}

function figuresOf(taken: Taken): Figure[] {
  const of = (workload: string, contender: string, what: keyof Run) =>
    median((taken[workload]?.[contender] ?? []).map((run) => run[what]));
  const all = ["static", ...names];
  const figures: Figure[] = [];
  for (const { name } of workloads) {
    for (const contender of all) {
      const figure = (what: string, value: number, unit: string) =>
        figures.push({ name: `gateway.${name}.${contender}.${what}`, value, unit });
      figure("rps", round(of(name, contender, "rps"), 0), "requests/s");
      figure("p50", round(of(name, contender, "p50Ms"), 1), "ms");
      figure("p99", round(of(name, contender, "p99Ms"), 1), "ms");
      figure("cpu", round(of(name, contender, "cpuMs"), 3), "ms/request");
      figure("rss", round(of(name, contender, "rssMb"), 0), "MB");
    }
  }
  for (const { name, aims } of workloads) {
    // By round: what disturbed the machine then, disturbed both.
    const ratio = (rival: string, what: "rps" | "cpuMs") =>
      median(
        (taken[name]?.["ours"] ?? []).map((ours, turn) => {
          const theirs = taken[name]?.[rival]?.[turn]?.[what] ?? Number.NaN;
          return what === "rps" ? ours.rps / theirs : theirs / ours.cpuMs;
        }),
      );
    const best = hiveModes.reduce((one, other) => (of(name, one, "rps") >= of(name, other, "rps") ? one : other));
    const figure = (what: string, value: number, unit: string, aim?: Figure["aim"]) =>
      figures.push({ name: `gateway.${name}.${what}`, value: round(value), unit, ...(aim && { aim }) });
    figure("rps-to-hive", ratio(best, "rps"), "times", { op: ">=", value: aims.hive });
    figure("rps-to-stock", ratio("stock", "rps"), "times", { op: ">=", value: aims.stock });
    figure("rps-to-hive-sharing", ratio("hive-rust-sharing", "rps"), "times");
    figure("cpu-of-hive-to-ours", ratio(best, "cpuMs"), "times");
    figure("cpu-of-stock-to-ours", ratio("stock", "cpuMs"), "times");
    const rivals = [...hiveModes, "stock"];
    figure(
      "p99-to-best-rival",
      of(name, "ours", "p99Ms") / Math.min(...rivals.map((one) => of(name, one, "p99Ms"))),
      "times",
      {
        op: "<=",
        value: 1,
      },
    );
    figure(
      "rss-to-least-rival",
      of(name, "ours", "rssMb") / Math.min(...rivals.map((one) => of(name, one, "rssMb"))),
      "times",
      {
        op: "<=",
        value: 1,
      },
    );
  }
  return figures;
}
