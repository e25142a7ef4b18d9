import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  /** In microseconds, as everything here. */
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** What our gateway's time goes into, by where the code that runs is written; the first that fits. */
const stages: { stage: string; url: RegExp; names?: RegExp }[] = [
  { stage: "waiting", url: /^$/, names: /^\(idle\)$/ },
  { stage: "garbage-collection", url: /^$/, names: /^\(garbage collector\)$/ },
  // JSON.parse and JSON.stringify have no place of their own: they count for their callers.
  { stage: "answers-parsed", url: /execution\/subgraph-client\.js$/, names: /answerOf$/ },
  { stage: "response-written", url: /gateway\/dist\/execution\/response(-text)?\.js$/ },
  { stage: "subgraphs-called", url: /\/undici\/|^wasm:|execution\/(subgraph-client|subgraphs|post|breaker)\.js$/ },
  { stage: "entities-gathered", url: /gateway\/dist\/execution\// },
  { stage: "apollo-server", url: /@apollo\/server|@as-integrations|negotiator|graphql/ },
  { stage: "fastify", url: /fastify|find-my-way|pino|secure-json-parse|content-type/ },
  { stage: "gateway-itself", url: /gateway\/dist\// },
];

/**
 * Shares of the processor time of the last part of the only profile in a folder, by stage; they add up to 1.
 * @param lastMs how much of its end counts
 */
export async function sharesOf(folder: string, lastMs: number): Promise<Map<string, number>> {
  const file = (await readdir(folder)).find((name) => name.endsWith(".cpuprofile"));
  if (!file) throw new Error("The profiled gateway left no profile.");
  const { nodes, startTime, samples, timeDeltas } = JSON.parse(await readFile(join(folder, file), "utf8")) as Profile;
  const stageOf = new Map(
    nodes.map(({ id, callFrame: { url, functionName } }) => [
      id,
      stages.find((one) => one.url.test(url) && (one.names?.test(functionName) ?? true))?.stage ?? "node",
    ]),
  );
  const end = timeDeltas.reduce((time, delta) => time + delta, startTime);
  const times = new Map<string, number>();
  let now = startTime;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    now += delta;
    const stage = stageOf.get(id) ?? "node";
    if (now < end - lastMs * 1000 || stage === "waiting") continue;
    times.set(stage, (times.get(stage) ?? 0) + delta);
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return new Map([...times].map(([stage, time]) => [stage, time / total]));
}
