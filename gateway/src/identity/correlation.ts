import { randomUUID } from "node:crypto";

export const CORRELATION_HEADER = "x-correlation-id";

/** The client's own id when it is harmless in a log line and a header, otherwise a new one. */
export function correlationIdOf(header: unknown): string {
  return typeof header === "string" && /^[\w.:-]{1,128}$/.test(header) ? header : randomUUID();
}
