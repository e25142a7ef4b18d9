import type { ServerResponse } from "node:http";
import type { ApolloServer } from "@apollo/server";
import { Refusal } from "@psqm/refusal/refusal";
import type { Tracing } from "@psqm/tracing/trace";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type DocumentNode, getOperationAST, OperationTypeNode, parse, validate } from "graphql";
import type { Logger } from "pino";
import type { Limits } from "../configuration.ts";
import type { Subgraphs } from "../execution/subgraphs.ts";
import type { CallContext } from "../identity/caller.ts";
import type { ViewerDirectory } from "../identity/viewers.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { LiveSupergraph } from "../supergraph/live-supergraph.ts";
import type { Delivery, Sink } from "./delivery.ts";
import { Frame } from "./frame.ts";
import { presentErrors, syntaxError, validationError } from "./operation-errors.ts";
import { Session } from "./session.ts";
import type { SharedEvents } from "./shared-events.ts";
import { subscribeOperation } from "./subscribe.ts";

export interface EventStreamServerDependencies {
  live: LiveSupergraph;
  subgraphs: Subgraphs;
  events: SharedEvents;
  metrics: Metrics;
  tracing: Tracing | null;
  viewers: ViewerDirectory | null;
  limits: Limits;
  log: Logger;
}

interface OperationRequest {
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

const BEAT_MS = 12_000;
const RETRY_MS = 1_000;

/** One operation's answers, on their way to one client. */
class Stream implements Sink {
  readonly session: Session;
  readonly #out: ServerResponse;
  readonly #failed: (reason: unknown) => Frame;
  /** What ends when nobody listens any more. */
  #delivery: Delivery | null = null;
  #left = false;
  #stuck = false;

  /**
   * @param failed makes an answer of what went wrong
   * @param onEnd called once, when the connection is closed
   */
  constructor(out: ServerResponse, context: CallContext, failed: (reason: unknown) => Frame, onEnd: () => void) {
    this.#out = out;
    this.#failed = failed;
    this.session = new Session(context.caller, (_code, reason) => this.say(reason));
    out.once("close", () => {
      this.session.closed();
      this.#leave();
      onEnd();
    });
  }

  /** @param delivery what is over when the connection is */
  hears(delivery: Delivery): void {
    this.#delivery = delivery;
    if (this.#left) delivery.stop();
  }

  begin(headers: Record<string, unknown>): void {
    this.#out.writeHead(200, {
      ...(headers as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      connection: "keep-alive",
      // Otherwise some servers in between hold events back.
      "x-accel-buffering": "no",
    });
    // When to come back once it is lost: each at a moment of its own, so that they do not all come at once.
    this.#out.write(`retry: ${Math.round(RETRY_MS * (1 + 4 * Math.random()))}\n\n`);
  }

  send(frame: Frame): boolean {
    if (this.#left || this.#out.writableEnded) return true;
    return this.#out.write(`event: next\ndata: ${frame.text}\n\n`);
  }

  whenRoom(go: () => void): void {
    this.#out.once("drain", go);
  }

  mayHear(): boolean | Promise<boolean> {
    return this.session.mayGoOn();
  }

  over(reason?: unknown): void {
    if (reason !== undefined) this.send(this.#failed(reason));
    this.complete();
  }

  complete(): void {
    if (!this.#out.writableEnded) this.#out.end("event: complete\ndata: \n\n");
  }

  /** The last words: a code and a sentence, as a socket is closed with. */
  say(reason: string): void {
    const [, code, sentence] = /^(\w+)(?:: (.*))?$/.exec(reason) ?? [];
    if (this.#out.writableEnded) return;
    const message = sentence ?? "This subscription is over. Subscribe again.";
    const frame = new Frame(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
    this.#out.write(`event: next\ndata: ${frame.text}\n\n`);
    this.complete();
    this.#leave();
  }

  #leave(): void {
    this.#left = true;
    this.#delivery?.stop();
  }

  /** Keeps the connection open through what stands in between, and cuts one that takes nothing any more. */
  beat(): void {
    if (this.#out.writableNeedDrain) {
      if (this.#stuck) this.#out.destroy();
      this.#stuck = true;
    } else {
      this.#stuck = false;
      this.#out.write(":\n\n");
    }
  }
}

/**
 * Serves operations as server-sent events, one connection for each ("distinct connections mode" of the GraphQL over SSE
 * protocol). Callers are recognised and operations measured before, as for every request over HTTP.
 */
export class EventStreamServer {
  readonly #dependencies: EventStreamServerDependencies;
  readonly #streams = new Set<Stream>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stopListening: () => void;

  constructor(dependencies: EventStreamServerDependencies) {
    this.#dependencies = dependencies;
    const { viewers } = dependencies;
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#streams) stream.beat();
    }, BEAT_MS);
    this.#heartbeat.unref();
    this.#stopListening =
      viewers?.onChange((subject) => {
        for (const { session } of this.#streams) {
          if (subject === "everybody" || session.caller.subject === subject) session.judgeAgain(viewers);
        }
      }) ?? (() => {});
  }

  /** How many connections are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Tells everybody to go and connect elsewhere. */
  close(): void {
    clearInterval(this.#heartbeat);
    this.#stopListening();
    for (const stream of this.#streams) stream.say("SHUTTING_DOWN: This gateway stops. Subscribe again.");
  }

  /**
   * Whether this request wants events: it accepts nothing else, or it is a subscription, which cannot be had otherwise.
   */
  wants(request: FastifyRequest): boolean {
    const accepted = (request.headers.accept ?? "").split(",").map((type) => type.split(";")[0]?.trim().toLowerCase());
    if (!accepted.includes("text/event-stream")) return false;
    if (accepted.length === 1) return true;
    const { query, operationName } = partsOf(request);
    if (typeof query !== "string") return false;
    try {
      const document = parse(query, { maxTokens: this.#dependencies.limits.tokens });
      return getOperationAST(document, operationName as string)?.operation === OperationTypeNode.SUBSCRIPTION;
    } catch {
      return false;
    }
  }

  /**
   * Answers one operation; returns when a query or mutation is answered or a subscription has begun.
   *
   * @param apollo runs queries and mutations, the same way as for every request
   * @throws Refusal when the request is none
   */
  async serve(
    request: FastifyRequest,
    reply: FastifyReply,
    context: CallContext,
    apollo: ApolloServer<CallContext>,
  ): Promise<void> {
    const operation = operationIn(request);
    const outcome = await this.#begin(operation, context, apollo, request.method);
    reply.hijack();
    const stream: Stream = new Stream(
      reply.raw,
      context,
      (reason) => this.#failed([reason], context),
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    stream.begin(reply.getHeaders());
    if (outcome instanceof Frame) {
      stream.send(outcome);
      return stream.complete();
    }
    void this.#hear(stream, operation, outcome, context);
  }

  /** Runs what has one answer; of a subscription only the document is checked. */
  async #begin(
    { query, operationName, variables }: OperationRequest,
    context: CallContext,
    apollo: ApolloServer<CallContext>,
    method: string,
  ): Promise<Frame | DocumentNode> {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: this.#dependencies.limits.tokens });
    } catch (error) {
      return this.#failed([syntaxError(error)], context);
    }
    const kind = getOperationAST(document, operationName)?.operation;
    if (kind === OperationTypeNode.SUBSCRIPTION) {
      const { schema, isHidden } = this.#dependencies.live.current;
      const errors = validate(schema, document, undefined, { hideSuggestions: isHidden });
      return errors.length > 0 ? this.#failed(errors.map(validationError), context) : document;
    }
    if (kind === OperationTypeNode.MUTATION && method !== "POST")
      throw new Refusal("BAD_REQUEST", "A mutation needs a POST request.");
    const { body } = await apollo.executeOperation(
      { query, ...(operationName && { operationName }), ...(variables && { variables }) },
      { contextValue: context },
    );
    if (body.kind !== "single") throw new Error("an incremental response came without being asked for");
    return new Frame(JSON.stringify(body.singleResult));
  }

  async #hear(stream: Stream, operation: OperationRequest, document: DocumentNode, context: CallContext) {
    const { live } = this.#dependencies;
    const { query: text, operationName, variables } = operation;
    try {
      const request = { supergraph: live.current, text, document, operationName, variables, context, sink: stream };
      const outcome = await subscribeOperation(request, this.#dependencies);
      context.trace?.end();
      if (!("errors" in outcome)) return stream.hears(outcome);
      stream.send(this.#failed(outcome.errors, context));
      stream.complete();
    } catch (error) {
      stream.over(error);
    }
  }

  #failed(errors: readonly unknown[], { correlationId }: CallContext): Frame {
    return new Frame(JSON.stringify({ errors: presentErrors(errors, correlationId, this.#dependencies.log) }));
  }
}

function partsOf(request: FastifyRequest): { query?: unknown; operationName?: unknown; variables?: unknown } {
  return (request.method === "GET" ? request.query : request.body) ?? {};
}

function operationIn(request: FastifyRequest): OperationRequest {
  const { query, operationName, variables } = partsOf(request);
  const given = request.method === "GET" && typeof variables === "string" ? parsed(variables) : variables;
  if (typeof query !== "string") throw new Refusal("BAD_REQUEST", "The request has no query. Send one as a text.");
  if (operationName != null && typeof operationName !== "string")
    throw new Refusal("BAD_REQUEST", "operationName must be a text.");
  if (given != null && (typeof given !== "object" || Array.isArray(given)))
    throw new Refusal("BAD_REQUEST", "variables must be an object.");
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (given ?? undefined) as Record<string, unknown> | undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("BAD_REQUEST", "variables must be JSON.");
  }
}
