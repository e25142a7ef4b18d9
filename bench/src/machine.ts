import { cpus, loadavg, totalmem } from "node:os";
import { round } from "./figure.ts";

/** Under what circumstances a figure was taken: it means little without them. */
export interface Machine {
  node: string;
  processors: string;
  memoryGb: number;
  /** Average number of processes that wanted a processor in the last minute. */
  load: number;
}

export function machine(): Machine {
  const all = cpus();
  return {
    node: process.version,
    processors: `${all.length} × ${all[0]?.model.trim() ?? "unknown"}`,
    memoryGb: round(totalmem() / 1024 ** 3, 1),
    load: round(loadavg()[0] ?? 0),
  };
}
