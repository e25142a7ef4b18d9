import type { FastifyRequest } from "fastify";
import type { RequestParts } from "./protection/admission.ts";

/**
 * What a request over HTTP asks for, wherever it puts it. In a GET request variables and extensions are texts of JSON;
 * what is none stays as it is, for whoever runs the operation to refuse.
 */
export function requestParts({ method, query: search, body }: FastifyRequest): RequestParts {
  if (method !== "GET") return typeof body === "object" && body !== null ? body : {};
  const { query, operationName, variables, extensions } = search as Record<string, unknown>;
  return { query, operationName, variables: parsed(variables), extensions: parsed(extensions) };
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
