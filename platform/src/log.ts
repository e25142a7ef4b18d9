import { join } from "node:path";
import { destination, type Logger, pino } from "pino";

/** Where a data folder's platform writes down what it does. */
export const logFile = (dataDir: string): string => join(dataDir, "platform.log");

/** From `info` on into a file in the data folder; the terminal is for what people want to know. */
export function platformLog(dataDir: string): Logger {
  const file = destination({ dest: logFile(dataDir), mkdir: true, sync: true });
  return pino({ base: undefined, level: "info" }, file);
}
