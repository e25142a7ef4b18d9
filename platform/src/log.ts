import { join } from "node:path";
import { type Logger, multistream, pino, destination } from "pino";

/** Everything from `info` on goes to a file in the data folder; what an operator must see goes to the terminal too. */
export function platformLog(dataDir: string): Logger {
  const file = destination({ dest: join(dataDir, "platform.log"), mkdir: true, sync: true });
  return pino(
    { base: undefined, level: "info" },
    multistream([
      { level: "info", stream: file },
      { level: "error", stream: destination(2) },
    ]),
  );
}
