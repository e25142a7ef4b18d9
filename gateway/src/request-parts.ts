import type { FastifyRequest } from "fastify";
import { BatchRefused, type RequestParts } from "./protection/admission.ts";

/**
 * What a request over HTTP asks for, wherever it puts it. In a GET request variables and extensions are texts of JSON;
 * what is none stays as it is, for whoever runs the operation to refuse.
 *
 * @throws BatchRefused
 */
export function requestParts({ method, query: search, body }: FastifyRequest): RequestParts {
  if (Array.isArray(body)) throw new BatchRefused();
  if (method !== "GET") return typeof body === "object" && body !== null ? body : {};
  const { variables, extensions, ...others } = search as Record<string, unknown>;
  return { ...others, variables: parsed(variables), extensions: parsed(extensions) };
}

/** Puts a text where it would have been, had the client sent it: whoever runs it need not know of ids and hashes. */
export function putText(request: FastifyRequest, text: string): void {
  if (request.method !== "GET") {
    const { extensions: _, ...others } = request.body as RequestParts;
    request.body = { ...others, query: text };
    return;
  }
  const { extensions: _, documentId: __, doc_id: ___, ...others } = request.query as Record<string, string>;
  const search = { ...others, query: text };
  request.query = search;
  request.raw.url = `${request.url.split("?")[0]}?${new URLSearchParams(search)}`;
}

/**
 * Whether a client wants to hear of a bad request in a good response: who asks for `application/json` and nothing newer
 * takes any other status for a fault on the way (GraphQL over HTTP, section 6.4.1).
 */
export function wantsOldStatus(accept = ""): boolean {
  return accept.includes("application/json") && !accept.includes("graphql-response+json");
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
