import type { Logger } from "pino";
import { presentError } from "./client-errors.ts";
import type { OperationResult } from "./compiled-operation.ts";

/** The whole response as JSON text: errors first, for those who read it, and as clients may see them. */
export function responseText({ data, errors }: OperationResult, correlationId: string, log: Logger): string {
  if (errors.length === 0 && data !== undefined) return `{"data":${data}}`;
  const shown = JSON.stringify(errors.map((error) => presentError(error.toJSON(), correlationId, log)));
  return `{"errors":${shown}${data === undefined ? "" : `,"data":${data}`}}`;
}
