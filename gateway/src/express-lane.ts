import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Tracing } from "@psqm/tracing/trace";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import secureJson from "secure-json-parse";
import type { CompiledOperation, Variables } from "./execution/compiled-operation.ts";
import type { OperationRunner } from "./execution/operation-runner.ts";
import { knownOperation } from "./execution/operations.ts";
import { responseText } from "./execution/response.ts";
import type { Authenticate } from "./identity/authentication.ts";
import type { CallContext } from "./identity/caller.ts";
import { CORRELATION_HEADER, correlationIdOf } from "./identity/correlation.ts";
import { type Metrics, secondsSince } from "./metrics/metrics.ts";
import type { Admission } from "./protection/admission.ts";
import type { Load } from "./protection/load.ts";
import type { Origins } from "./protection/origins.ts";
import { wantsOldStatus } from "./request-parts.ts";
import type { LiveSupergraph } from "./supergraph/live-supergraph.ts";

export interface ExpressLaneSettings {
  live: LiveSupergraph;
  runner: OperationRunner;
  admission: Admission;
  load: Load;
  authenticate: Authenticate;
  addressOf(request: IncomingMessage): string;
  origins: Origins;
  propagatedFrom(request: IncomingMessage): Record<string, string>;
  metrics: Metrics;
  tracing: Tracing | null;
  log: Logger;
}

/** A request with nothing unusual about it. */
interface PlainRequest {
  query: string;
  operationName: string | undefined;
  variables: Variables;
}

// Longer than a load balancer keeps a connection: it must be the one to close it.
const KEEP_ALIVE_MS = 72_000;
const CONTENT_TYPE = "application/json; charset=utf-8";

/**
 * Answers operations that have been answered before, in POST requests with nothing unusual about them: Apollo Server has
 * parsed and validated such an operation once, and neither it nor Fastify has anything to add the second time. Everything
 * else goes the ordinary way, as if it had never been here: first of all whatever is to be refused.
 */
export class ExpressLane {
  readonly #lanes = new Map<string, ExpressLaneSettings>();
  /** Bodies that were read before it was known that they must go the ordinary way. */
  readonly #read = new WeakMap<IncomingMessage, Buffer>();
  readonly #bodyBytes: number;
  #closing = false;

  constructor(bodyBytes: number) {
    this.#bodyBytes = bodyBytes;
  }

  /** Fastify's `serverFactory`: the lane stands before Fastify. */
  readonly serverFactory = (ordinary: RequestListener): Server =>
    createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      const lane = this.#closing ? undefined : this.#lanes.get(request.url as string);
      // What another site's page sends is answered with headers for its browser.
      if (lane && isPlain(request, this.#bodyBytes) && lane.origins.isOwn(request.headers))
        this.#take(lane, request, response, ordinary);
      else ordinary(request, response);
    });

  /** Opens the lane for what is served at one path. */
  open(path: string, settings: ExpressLaneSettings): void {
    this.#lanes.set(path, settings);
  }

  /** Gives Fastify the bodies that were read here. */
  giveBack(server: FastifyInstance): void {
    server.addHook("preParsing", (request, _reply, payload, done) => {
      done(null, this.bodyOf(request.raw) ?? payload);
    });
    server.addHook("preClose", (done) => {
      this.#closing = true;
      done();
    });
  }

  /** The body of a request, where it has been read here. */
  bodyOf(request: IncomingMessage): Readable | undefined {
    const body = this.#read.get(request);
    return body && Object.assign(Readable.from([body]), { receivedEncodedLength: body.length });
  }

  #take(
    lane: ExpressLaneSettings,
    request: IncomingMessage,
    response: ServerResponse,
    ordinary: RequestListener,
  ): void {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      const plain = plainRequestIn(body);
      const operation = plain && knownOperation(lane.live.current, plain.query, plain.operationName);
      const otherwise = () => {
        this.#read.set(request, body);
        ordinary(request, response);
      };
      if (!operation || operation.isSubscription || lane.load.isFull) otherwise();
      else void this.#answer(lane, operation, plain, request, response, otherwise);
    });
  }

  async #answer(
    lane: ExpressLaneSettings,
    operation: CompiledOperation,
    plain: PlainRequest,
    request: IncomingMessage,
    response: ServerResponse,
    otherwise: () => void,
  ): Promise<void> {
    const began = performance.now();
    const { live, runner, admission, load, metrics, tracing, log } = lane;
    const supergraph = live.current;
    const leave = load.enter();
    let context: CallContext;
    try {
      const caller = await lane.authenticate(request.headers);
      const { charge } = await admission.admit(plain, supergraph, { caller, address: lane.addressOf(request) });
      const correlationId = correlationIdOf(request.headers[CORRELATION_HEADER]);
      const { operation: kind, name } = operation.operation;
      const trace = tracing?.received(`${kind} ${name?.value ?? "(unnamed)"}`, request.headers, {
        "correlation.id": correlationId,
      });
      context = { caller, correlationId, propagated: lane.propagatedFrom(request), charge, trace };
    } catch {
      leave();
      return otherwise();
    }
    const { correlationId, trace } = context;
    let text: string;
    let status = 200;
    try {
      const result = await runner.run(supergraph, operation, plain.variables, context);
      metrics.operationFound(undefined);
      metrics.operationAnswered(operation.operation.name?.value, result.errors.length > 0, secondsSince(began));
      trace?.end(result.errors[0] && String(result.errors[0].extensions["code"]));
      if (result.data === undefined && !wantsOldStatus(request.headers.accept)) status = 400;
      // Apollo Server ends with a line's end, too: an answer does not depend on which way it came.
      const cost = context.charge?.settle(result.data);
      text = `${responseText(result, correlationId, log, cost && { cost })}\n`;
    } catch (error) {
      log.error({ correlationId, err: error }, "an operation failed here");
      const message = `Something went wrong on our side. Report the correlation id ${correlationId}.`;
      text = JSON.stringify({
        errors: [{ message, extensions: { code: "INTERNAL_SERVER_ERROR", correlationId } }],
      });
      status = 500;
    } finally {
      leave();
      trace?.end("fault");
    }
    response.writeHead(status, {
      "content-type": CONTENT_TYPE,
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
      [CORRELATION_HEADER]: correlationId,
      ...(this.#closing && { connection: "close" }),
    });
    response.end(text);
  }
}

/** Whether its head says nothing that would have to be thought about. */
function isPlain({ method, headers }: IncomingMessage, bodyBytes: number): boolean {
  if (method !== "POST") return false;
  const { accept, "content-type": type, "content-encoding": encoding } = headers;
  const length = Number(headers["content-length"]);
  return (
    (type === "application/json" || type === CONTENT_TYPE) &&
    encoding === undefined &&
    (accept === undefined || accept === "*/*" || accept === "application/json") &&
    length > 0 &&
    length <= bodyBytes
  );
}

function plainRequestIn(body: Buffer): PlainRequest | undefined {
  const parsed: unknown = secureJson.safeParse(body.toString());
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { query, operationName, variables, extensions } = parsed as Record<string, unknown>;
  if (typeof query !== "string" || extensions != null) return undefined;
  if (operationName != null && typeof operationName !== "string") return undefined;
  if (variables != null && (typeof variables !== "object" || Array.isArray(variables))) return undefined;
  return { query, operationName: operationName || undefined, variables: (variables ?? {}) as Variables };
}
