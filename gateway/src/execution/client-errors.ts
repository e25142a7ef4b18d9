import type { GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";

/** Extensions that describe the inside of a program rather than the refusal. */
const HIDDEN_EXTENSIONS = ["stacktrace", "exception", "debug", "http", "originalError"];

/**
 * What a client may see of an error: its message, path, code and subgraph. A fault, which nobody named, is replaced by
 * a sentence with the correlation id, and told in full to the log.
 */
export function presentError(error: GraphQLFormattedError, correlationId: string, log: Logger): GraphQLFormattedError {
  const extensions = Object.fromEntries(
    Object.entries(error.extensions ?? {}).filter(([name]) => !HIDDEN_EXTENSIONS.includes(name)),
  );
  const shown = { ...error, extensions };
  if (!isFault(extensions["code"])) return shown;
  log.error({ correlationId, error: { ...error } }, "a fault was hidden from the client");
  const where =
    typeof extensions["serviceName"] === "string" ? `in the subgraph ${extensions["serviceName"]}` : "on our side";
  return {
    message: `Something went wrong ${where}. Try again; if it stays, report the correlation id ${correlationId}.`,
    ...(error.path && { path: error.path }),
    extensions: {
      code: "INTERNAL_SERVER_ERROR",
      correlationId,
      ...(typeof extensions["serviceName"] === "string" && { serviceName: extensions["serviceName"] }),
    },
  };
}

/** The last of these is what @apollo/gateway calls a subgraph's error that has no code. */
function isFault(code: unknown): boolean {
  return code === undefined || code === "INTERNAL_SERVER_ERROR" || code === "DOWNSTREAM_SERVICE_ERROR";
}
