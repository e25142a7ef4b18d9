import { unwrapResolverError } from "@apollo/server/errors";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";

/** Codes of the client's own mistakes in writing the operation; their messages are the library's and are shown. */
const CLIENT_CODES = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

/**
 * What a client sees of an error: a refusal with its code and details; its own mistake as it is; anything else masked,
 * with a correlation id that finds the log entry.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { log, correlationId }: { log: Logger; correlationId: string },
): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  const place = {
    ...(formatted.path && { path: formatted.path }),
    ...(formatted.locations && { locations: formatted.locations }),
  };
  const refusal = cause instanceof Refusal ? cause : refusalWithin(cause);
  if (refusal) {
    return { message: refusal.message, ...place, extensions: { code: refusal.code, ...refusal.details } };
  }
  const code = formatted.extensions?.["code"];
  const isClientMistake =
    (typeof code === "string" && CLIENT_CODES.has(code)) || (cause instanceof GraphQLError && !cause.originalError);
  if (isClientMistake && code !== "INTERNAL_SERVER_ERROR") {
    return { message: formatted.message, ...place, extensions: { code: code ?? "BAD_USER_INPUT" } };
  }
  log.error({ err: cause, path: formatted.path, correlationId }, "an operation failed");
  return {
    message: `Something went wrong on our side. Nothing you sent was half done. If it stays, tell us this number: ${correlationId}.`,
    ...place,
    extensions: { code: "INTERNAL_SERVER_ERROR", correlationId },
  };
}

/** What PostgreSQL answers to a character that no text can hold: NUL, which JSON lets through in any id. */
const UNSTORABLE_CODES = new Set(["22021", "22P05", "08P01"]);

/** A refusal thrown by a scalar arrives wrapped in the library's complaint about the value. */
function refusalWithin(cause: unknown): Refusal | undefined {
  const { code } = (cause ?? {}) as { code?: unknown };
  if (typeof code === "string" && UNSTORABLE_CODES.has(code)) {
    return new BadInput("What you sent holds a NUL character (U+0000), which no text here can hold. Take it out.");
  }
  const original = cause instanceof GraphQLError ? cause.originalError : undefined;
  return original instanceof Refusal ? original : undefined;
}
