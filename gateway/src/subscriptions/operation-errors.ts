import { Refusal } from "@psqm/refusal/refusal";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { presentError } from "../execution/client-errors.ts";
import { errorOf } from "../protection/refusal-answer.ts";
import { SubscriptionRefused } from "./upstream.ts";

/** What a client may see of whatever went wrong with its operation, one entry for each error. */
export function presentErrors(
  errors: readonly unknown[],
  correlationId: string,
  log: Logger,
): readonly GraphQLFormattedError[] {
  return errors.flatMap(causesOf).map((error) => presentError(error, correlationId, log));
}

/** What graphql-ws wrapped, unwrapped: a refusal keeps its code, a subgraph's refusal its own errors. */
function causesOf(error: unknown): readonly GraphQLFormattedError[] {
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (cause instanceof SubscriptionRefused) return cause.errors;
  if (cause instanceof Refusal) return [errorOf(cause)];
  if (cause instanceof GraphQLError) return [cause.toJSON()];
  return error instanceof GraphQLError
    ? [error.toJSON()]
    : [{ message: error instanceof Error ? error.message : String(error) }];
}

export function asGraphQLError(refusal: Refusal): GraphQLError {
  const { message, extensions } = errorOf(refusal);
  return new GraphQLError(message, { extensions: extensions ?? null });
}

export function syntaxError(error: unknown): GraphQLError {
  return recoded(error instanceof GraphQLError ? error : new GraphQLError(String(error)), "GRAPHQL_PARSE_FAILED");
}

export function validationError(error: GraphQLError): GraphQLError {
  return recoded(error, "GRAPHQL_VALIDATION_FAILED");
}

export function unknownOperation(name: string | null | undefined): GraphQLError {
  const message = name
    ? `There is no operation named "${name}" in the document.`
    : "The document has not exactly one operation: say which one in operationName.";
  return new GraphQLError(message, { extensions: { code: "OPERATION_RESOLUTION_FAILURE" } });
}

function recoded({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
