import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { request as ask } from "undici";
import { CORRELATION_HEADER, correlationIdOf } from "./identity/correlation.ts";
import type { SubgraphAddress } from "./supergraph/supergraph.ts";

/** What a client needs of the answer; everything else is between the service and the gateway. */
const PASSED_HEADERS = [
  "content-type",
  "cache-control",
  "content-disposition",
  "etag",
  "last-modified",
  "referrer-policy",
];

interface Settings {
  addressOf(name: string): SubgraphAddress | undefined;
  /** Of whoever asks: nobody has signed in here. */
  viewer: unknown;
  signingSecret: string | undefined;
  timeoutMs: number;
  log: Logger;
}

/** What a POST may bring; it is thrown away. */
const LONGEST_BODY_BYTES = 1024;

/**
 * Passes GET and POST requests under some paths on to the services of subgraphs, for clients that speak no GraphQL and
 * cannot sign in, such as calendar programs and the buttons of mail programs. The address says all: a body stays here.
 * Neither the path nor the answer is logged: either may be a secret.
 * @param passages path, with a slash at both ends → name of the subgraph
 */
export function servePassages(server: FastifyInstance, passages: Record<string, string>, settings: Settings): void {
  const { addressOf, viewer, signingSecret, timeoutMs, log } = settings;
  for (const [prefix, audience] of Object.entries(passages)) {
    const pass = async (request: FastifyRequest, reply: FastifyReply) => {
      // The URL parser resolves `..`, plain or encoded: nothing outside the passage can be reached through it.
      const { pathname, search } = new URL(request.url, "http://gateway");
      const address = addressOf(audience);
      if (!pathname.startsWith(prefix) || !address) return reply.callNotFound();
      const correlationId = correlationIdOf(request.headers[CORRELATION_HEADER]);
      try {
        const answer = await ask(new URL(pathname + search, address.url), {
          method: request.method as "GET" | "HEAD" | "POST",
          headers: {
            [CORRELATION_HEADER]: correlationId,
            ...(signingSecret && { [VIEWER_HEADER]: await signViewer(signingSecret, { audience, viewer, body: "" }) }),
          },
          signal: AbortSignal.timeout(timeoutMs),
        });
        for (const header of PASSED_HEADERS) {
          const value = answer.headers[header];
          if (value !== undefined) void reply.header(header, value);
        }
        return await reply.code(answer.statusCode).send(answer.body);
      } catch (error) {
        log.warn({ subgraph: audience, correlationId, err: error }, "a passage is not answered");
        return reply
          .code(503)
          .header("retry-after", "30")
          .type("text/plain; charset=utf-8")
          .send("This does not answer now. Ask again in a little while.\n");
      }
    };
    server.get(`${prefix}*`, pass);
    void server.register(async (posts) => {
      posts.removeAllContentTypeParsers();
      posts.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: LONGEST_BODY_BYTES }, async () => undefined);
      posts.post(`${prefix}*`, pass);
    });
  }
}
