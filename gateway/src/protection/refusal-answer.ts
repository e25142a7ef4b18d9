import type { Refusal } from "@psqm/refusal/refusal";
import type { FastifyReply } from "fastify";
import type { GraphQLFormattedError } from "graphql";
import { BudgetExhausted } from "./budgets.ts";

/** HTTP statuses of what the gateway itself refuses; everything else that it refuses is a bad request. */
const statuses: Record<string, number> = {
  UNAUTHENTICATED: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_FOREIGN: 401,
  TOKEN_EXPIRED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  UNKNOWN_DEMO_PERSON: 404,
  // Its clients take any other status for a fault on the way (Apollo's protocol).
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  BODY_TOO_LARGE: 413,
  BUDGET_EXHAUSTED: 429,
  VIEWER_UNAVAILABLE: 503,
  ISSUER_UNREACHABLE: 503,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
};

const JSON_TYPE = "application/json";
const RESPONSE_TYPE = "application/graphql-response+json";

export function statusOf(refusal: Refusal): number {
  return statuses[refusal.code] ?? 400;
}

export function errorOf({ message, code, details }: Refusal): GraphQLFormattedError {
  return { message, extensions: { ...details, code } };
}

/** Answers a refusal as GraphQL answers errors, with the HTTP status that fits it. */
export function answerRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const status = statusOf(refusal);
  if (status === 401)
    void reply.header("www-authenticate", `Bearer error="invalid_token", error_description="${refusal.code}"`);
  if (status === 200) void reply.header("cache-control", "private, no-cache, must-revalidate");
  if (status === 503) void reply.header("retry-after", "2");
  if (refusal instanceof BudgetExhausted) void reply.header("retry-after", refusal.retryAfterSeconds);
  const accepted = reply.request.headers.accept ?? "";
  const type = accepted.includes(RESPONSE_TYPE) && !accepted.includes("application/json") ? RESPONSE_TYPE : JSON_TYPE;
  return reply
    .code(status)
    .type(`${type}; charset=utf-8`)
    .send({ errors: [errorOf(refusal)] });
}
