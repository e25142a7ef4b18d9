import type { Logger } from "pino";
import { presentError } from "./client-errors.ts";
import type { OperationResult } from "./compiled-operation.ts";

/** The whole response as JSON text: errors first, for those who read it, and as clients may see them. */
export function responseText(
  { data, errors }: OperationResult,
  correlationId: string,
  log: Logger,
  extensions?: Readonly<Record<string, unknown>>,
): string {
  const after = extensions ? `,"extensions":${JSON.stringify(extensions)}` : "";
  if (errors.length === 0 && data !== undefined) return `{"data":${data}${after}}`;
  const shown = JSON.stringify(errors.map((error) => presentError(error.toJSON(), correlationId, log)));
  return `{"errors":${shown}${data === undefined ? "" : `,"data":${data}`}${after}}`;
}
