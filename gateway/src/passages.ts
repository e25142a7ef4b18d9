import { Readable } from "node:stream";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { Refusal } from "@psqm/refusal/refusal";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { request as ask, type Dispatcher } from "undici";
import type { ResolvedConfig } from "./configuration.ts";
import { CORRELATION_HEADER, correlationIdOf } from "./identity/correlation.ts";
import type { SubgraphAddress } from "./supergraph/supergraph.ts";

/** What a client needs of the answer; everything else is between the service and the gateway. */
const PASSED_HEADERS = [
  "content-type",
  "content-length",
  "cache-control",
  "content-disposition",
  "content-security-policy",
  "etag",
  "last-modified",
  "referrer-policy",
  "x-content-type-options",
];
/** As long as Node waits for the whole of a request: a large body over a slow line takes its time. */
const PUT_TIMEOUT_MS = 300_000;

export class PutTooLarge extends Refusal {
  constructor(largest: number) {
    super("BODY_TOO_LARGE", `At most ${largest} bytes can be put here. Send less.`, { largest });
  }
}

interface Settings {
  addressOf(name: string): SubgraphAddress | undefined;
  /** Of whoever asks: nobody has signed in here. */
  viewer: unknown;
  signingSecret: string | undefined;
  timeoutMs: number;
  log: Logger;
}

/** What a POST may bring; it is thrown away. */
const LONGEST_POST_BYTES = 1024;

type Passages = ResolvedConfig["passages"];

/**
 * Passes GET and POST requests under some paths on to the services of subgraphs, for clients that speak no GraphQL and
 * cannot sign in, such as calendar programs and the buttons of mail programs: the address says all, and a body stays here.
 * PUT requests pass where a passage says how large a body may be, which is streamed; the signature does not speak for it,
 * so whatever takes it knows what to expect. Neither the path nor the answer is logged: either may be a secret.
 * @param passages path, with a slash at both ends → the subgraph
 */
export function servePassages(server: FastifyInstance, passages: Passages, settings: Settings): void {
  for (const [prefix, passage] of Object.entries(passages)) {
    const { subgraph, putBytes } = typeof passage === "string" ? { subgraph: passage } : passage;
    const pass = passTo(subgraph, prefix, settings);
    const passed = { timeoutMs: settings.timeoutMs };
    server.get(`${prefix}*`, (request, reply) => pass(request, reply, passed));
    void server.register(async (posts) => {
      posts.removeAllContentTypeParsers();
      posts.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: LONGEST_POST_BYTES }, async () => undefined);
      posts.post(`${prefix}*`, (request, reply) => pass(request, reply, passed));
    });
    if (putBytes) servePut(server, `${prefix}*`, putBytes, pass);
  }
}

interface Passed {
  timeoutMs: number;
  body?: Readable;
}
type Pass = (request: FastifyRequest, reply: FastifyReply, passed: Passed) => Promise<unknown>;

function servePut(server: FastifyInstance, path: string, putBytes: number, pass: Pass): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, content, done) => done(null, content));
    scope.put(path, { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
      const body = Readable.from(limited(request.raw, putBytes), { objectMode: false });
      // What nobody reads would keep the connection's next request waiting.
      body.once("close", () => request.raw.resume());
      try {
        if (Number(request.headers["content-length"]) > putBytes) throw new PutTooLarge(putBytes);
        return await pass(request, reply, { timeoutMs: PUT_TIMEOUT_MS, body });
      } finally {
        body.destroy();
      }
    });
  });
}

/**
 * Lets so many bytes through, and fails with more. The request outlives whoever reads it: an answer that comes before its
 * end can be given, while the rest is read away.
 */
async function* limited(content: Readable, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of content.iterator({ destroyOnReturn: false })) {
    left -= (chunk as Buffer).length;
    if (left < 0) throw new PutTooLarge(bytes);
    yield chunk as Buffer;
  }
}

function passTo(audience: string, prefix: string, { addressOf, viewer, signingSecret, log }: Settings): Pass {
  return async (request, reply, { timeoutMs, body }) => {
    // The URL parser resolves `..`, plain or encoded: nothing outside the passage can be reached through it.
    const { pathname, search } = new URL(request.url, "http://gateway");
    const address = addressOf(audience);
    if (!pathname.startsWith(prefix) || !address) return reply.callNotFound();
    const correlationId = correlationIdOf(request.headers[CORRELATION_HEADER]);
    try {
      const answer = await ask(new URL(pathname + search, address.url), {
        method: request.method as Dispatcher.HttpMethod,
        headers: {
          [CORRELATION_HEADER]: correlationId,
          ...(body && { "content-type": "application/octet-stream" }),
          ...(signingSecret && { [VIEWER_HEADER]: await signViewer(signingSecret, { audience, viewer, body: "" }) }),
        },
        ...(body && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      for (const header of PASSED_HEADERS) {
        const value = answer.headers[header];
        if (value !== undefined) void reply.header(header, value);
      }
      return await reply.code(answer.statusCode).send(answer.body);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      log.warn({ subgraph: audience, correlationId, err: error }, "a passage is not answered");
      return reply
        .code(503)
        .header("retry-after", "30")
        .type("text/plain; charset=utf-8")
        .send("This does not answer now. Ask again in a little while.\n");
    }
  };
}
