import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultDataFolder } from "./root.ts";

export interface Flags {
  dataDir: string;
  port: number;
  fresh: boolean;
  date?: string | undefined;
  /** Processes of the gateway (`start:services` only). */
  workers?: string | undefined;
}

/** What bootstrap/commands.mjs has checked already. */
export function readFlags(args: string[] = process.argv.slice(2)): Flags {
  const { values } = parseArgs({
    args,
    options: {
      "data-dir": { type: "string", default: defaultDataFolder },
      port: { type: "string", default: "4000" },
      fresh: { type: "boolean", default: false },
      date: { type: "string" },
      workers: { type: "string" },
    },
  });
  const { "data-dir": dataDir, port, fresh, date, workers } = values;
  return { dataDir: resolve(dataDir), port: Number(port), fresh, date, workers };
}
