import type { Contender } from "./contenders.ts";
import type { Load, LoadResult } from "./load-child.ts";
import type { PinnedProcess } from "./pinned-process.ts";
import type { Workload } from "./workloads.ts";

export interface Run extends Omit<LoadResult, "seconds"> {
  rps: number;
  cpuMs: number;
  /** The gateway's share of its core: below 0.95, something else was the limit or took the core. */
  busy: number;
  rssMb: number;
}

/** Loads one gateway for a while. The load and the gateway's core are as their processes were started. */
export async function measure(
  load: PinnedProcess,
  { url, process: contender }: Pick<Contender, "url" | "process">,
  { body, unique }: Pick<Workload, "body" | "unique">,
  answerBytes: number,
  times: Pick<Load, "connections" | "warmUpMs" | "measuredMs">,
): Promise<Run> {
  load.child.send({ url, body, answerBytes, unique, ...times } satisfies Load);
  type Told = "begun" | "ended" | { error: string } | { result: LoadResult };
  const told = async (): Promise<Told> => {
    const message = await load.message<Told>();
    if (typeof message === "object" && "error" in message) throw new Error(message.error);
    return message;
  };
  await told();
  const before = contender.cpuMs();
  await told();
  const spent = contender.cpuMs() - before;
  const rssMb = contender.rssMb();
  const message = await told();
  if (typeof message !== "object" || !("result" in message)) throw new Error("the load ended without a result");
  const { requests, seconds, p50Ms, p99Ms } = message.result;
  return {
    requests,
    rps: requests / seconds,
    p50Ms,
    p99Ms,
    cpuMs: spent / requests,
    busy: spent / 1000 / seconds,
    rssMb,
  };
}
