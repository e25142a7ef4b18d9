import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultDataFolder } from "./root.ts";

export interface Flags {
  dataDir: string;
  port: number;
  fresh: boolean;
  date?: string | undefined;
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
    },
  });
  return { dataDir: resolve(values["data-dir"]), port: Number(values.port), fresh: values.fresh, date: values.date };
}
