import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ApolloServer } from "@apollo/server";
import { Refusal } from "@psqm/refusal/refusal";
import type { Tracing } from "@psqm/tracing/trace";
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  getOperationAST,
  OperationTypeNode,
} from "graphql";
import { type Context, handleProtocols, makeServer, type ServerOptions, type SubscribePayload } from "graphql-ws";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import type { Limits } from "../configuration.ts";
import type { Subgraphs } from "../execution/subgraphs.ts";
import type { Authenticate } from "../identity/authentication.ts";
import type { CallContext } from "../identity/caller.ts";
import { CORRELATION_HEADER, correlationIdOf } from "../identity/correlation.ts";
import type { ViewerDirectory } from "../identity/viewers.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Admission, Admitted } from "../protection/admission.ts";
import { type Load, Overloaded } from "../protection/load.ts";
import { statusOf } from "../protection/refusal-answer.ts";
import type { LiveSupergraph } from "../supergraph/live-supergraph.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { Documents } from "./documents.ts";
import { asGraphQLError, presentErrors, syntaxError, unknownOperation, validationError } from "./operation-errors.ts";
import { CloseCode, closeReason, Session } from "./session.ts";
import type { SharedEvents } from "./shared-events.ts";
import { type Line, SocketSink } from "./socket-sink.ts";
import { subscribeOperation } from "./subscribe.ts";

export interface SocketServerDependencies {
  live: LiveSupergraph;
  /** Runs queries and mutations, the same way as over HTTP. */
  apollo: ApolloServer<CallContext>;
  subgraphs: Subgraphs;
  events: SharedEvents;
  metrics: Metrics;
  tracing: Tracing | null;
  admission: Admission;
  load: Load;
  authenticate: Authenticate;
  /** The client's IP address, whatever stands in between. */
  addressOf(request: IncomingMessage): string;
  viewers: ViewerDirectory | null;
  limits: Limits;
  propagatedFrom(request: IncomingMessage): Record<string, string>;
  log: Logger;
}

/** What belongs to one socket. There are thousands: nothing is kept that was needed only to open it. */
interface Connection extends Line {
  correlationId: string;
  /** The client's IP address. */
  address: string;
  propagated: Record<string, string>;
  session: Session | null;
}

/** An operation on its way through graphql-ws, which hands it from one of our callbacks to the next. */
interface Operation {
  id: string;
  text: string;
  supergraph: Supergraph;
  connection: Connection;
  context: CallContext;
  session: Session;
}

/** A socket on which too much goes on at a time. */
export class TooManySubscriptions extends Refusal {
  constructor(limit: number) {
    super(
      "TOO_MANY_SUBSCRIPTIONS",
      `At most ${limit} operations may run on one socket at a time. Complete some first.`,
      { limit },
    );
  }
}

type Params = Record<string, unknown>;

const PING_MS = 15_000;
const INIT_WITHIN_MS = 5_000;
// How long a client may take to answer the goodbye.
const GOODBYE_MS = 1_000;

/** Serves graphql-transport-ws: subscriptions of every subgraph, and queries and mutations as over HTTP. */
export class SocketServer {
  readonly #dependencies: SocketServerDependencies;
  readonly #sockets: WebSocketServer;
  readonly #protocol: ReturnType<typeof makeServer<Params, Connection>>;
  readonly #connections = new Set<Connection>();
  readonly #documents: Documents;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unanswered = new WeakSet<WebSocket>();
  readonly #stopListening: () => void;
  /** Called when nobody is left. */
  readonly #onGone: (() => void)[] = [];

  constructor(dependencies: SocketServerDependencies) {
    this.#dependencies = dependencies;
    this.#documents = new Documents(dependencies.limits.tokens);
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: dependencies.limits.bodyBytes,
      perMessageDeflate: false,
      handleProtocols,
    });
    this.#protocol = makeServer<Params, Connection>(this.#options());
    this.#heartbeat = setInterval(() => this.#beat(), PING_MS);
    this.#heartbeat.unref();
    this.#stopListening = dependencies.viewers?.onChange((subject) => this.#judgeAgain(subject)) ?? (() => {});
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#connections.size;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, socket, request));
  }

  /** Tells everybody to go and connect elsewhere. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#stopListening();
    for (const { socket } of this.#connections) {
      socket.close(CloseCode.GoingAway, closeReason("SHUTTING_DOWN", "This gateway stops. Connect again."));
    }
    const impatience = setTimeout(() => {
      for (const { socket } of this.#connections) socket.terminate();
    }, GOODBYE_MS);
    this.#sockets.close();
    if (this.#connections.size > 0) await new Promise<void>((gone) => this.#onGone.push(gone));
    clearTimeout(impatience);
  }

  #open(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    const { log, addressOf, propagatedFrom } = this.#dependencies;
    const connection: Connection = {
      socket,
      stream,
      blocked: null,
      correlationId: correlationIdOf(request.headers[CORRELATION_HEADER]),
      address: addressOf(request),
      propagated: propagatedFrom(request),
      session: null,
    };
    this.#connections.add(connection);
    // ws closes the socket itself, with the code that fits: an oversized frame is 1009, a malformed one 1002.
    socket.on("error", (error) => log.debug({ correlationId: connection.correlationId, err: error }, "socket error"));
    socket.on("pong", () => this.#unanswered.delete(socket));
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) resolve();
            else socket.send(text, () => resolve());
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) =>
          socket.on("message", async (data, isBinary) => {
            if (isBinary) return socket.close(CloseCode.BadMessage, "Messages are text, not bytes.");
            try {
              await receive(String(data));
            } catch (error) {
              // What only a server says; graphql-ws takes it for a fault of ours.
              if (error instanceof Error && /^Unexpected message of type/.test(error.message)) {
                return socket.close(CloseCode.BadMessage, closeReason("Invalid message", error.message));
              }
              log.error({ correlationId: connection.correlationId, err: error }, "a socket message failed");
              socket.close(
                1011,
                closeReason("INTERNAL_SERVER_ERROR", `Report the correlation id ${connection.correlationId}`),
              );
            }
          }),
      },
      connection,
    );
    socket.once("close", (code, reason) => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) for (const gone of this.#onGone.splice(0)) gone();
      connection.session?.closed();
      closed(code, String(reason)).catch((error: unknown) => {
        log.error({ correlationId: connection.correlationId, err: error }, "a socket was not put away properly");
      });
    });
  }

  #beat(): void {
    for (const { socket } of this.#connections) {
      if (this.#unanswered.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        this.#unanswered.add(socket);
        socket.ping();
      }
    }
  }

  #judgeAgain(subject: string): void {
    const { viewers } = this.#dependencies;
    if (!viewers) return;
    for (const { session } of this.#connections) {
      if (session && (subject === "everybody" || session.caller.subject === subject)) session.judgeAgain(viewers);
    }
  }

  #options(): ServerOptions<Params, Connection> {
    return {
      connectionInitWaitTimeout: INIT_WITHIN_MS,
      onConnect: (ctx) => this.#signIn(ctx),
      onSubscribe: (ctx, id, payload) => this.#admit(ctx, id, payload),
      execute: (args) => this.#execute(args),
      subscribe: (args) => this.#subscribe(args),
      // Results have been formatted already; graphql-ws would look for errors to serialise.
      onNext: (_ctx, _id, _payload, _args, result) => result as unknown as ExecutionResult,
      onError: (ctx, _id, _payload, errors) =>
        this.#present(errors, ctx.extra.correlationId) as readonly GraphQLError[],
    };
  }

  /** @returns the acknowledgement's payload; false when the socket is closed instead */
  async #signIn({
    connectionParams = {},
    extra,
  }: Context<Params, Connection>): Promise<false | { correlationId: string }> {
    const { authenticate, log } = this.#dependencies;
    const shown = Object.fromEntries(
      Object.entries(connectionParams).map(([name, value]) => [name.toLowerCase(), value]),
    );
    try {
      const caller = await authenticate(shown);
      extra.session = new Session(caller, (code, reason) => extra.socket.close(code, reason));
      if (extra.socket.readyState !== extra.socket.OPEN) extra.session.closed();
      return { correlationId: extra.correlationId };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#dependencies.metrics.refused(error.code);
      log.info({ correlationId: extra.correlationId, code: error.code }, "socket refused");
      extra.socket.close(closeCodeOf(error), closeReason(error.code, error.message));
      return false;
    }
  }

  async #admit(
    ctx: Context<Params, Connection>,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { admission, load, live, limits, tracing } = this.#dependencies;
    const connection = ctx.extra;
    const { session, correlationId, propagated } = connection;
    if (!session || !(await session.mayGoOn()))
      return [new GraphQLError("This socket is closing.", { extensions: { code: "UNAUTHENTICATED" } })];
    if (Object.keys(ctx.subscriptions).length > limits.subscriptionsPerSocket) {
      return [this.#refused(new TooManySubscriptions(limits.subscriptionsPerSocket))];
    }
    if (load.isFull) return [this.#refused(new Overloaded())];
    const { caller } = session;
    const supergraph = live.current;
    let admitted: Admitted;
    try {
      admitted = await admission.admit(payload, supergraph, {
        caller,
        address: connection.address,
        overSocket: true,
      });
    } catch (error) {
      if (error instanceof Refusal) return [this.#refused(error)];
      throw error;
    }
    const { text = "", charge } = admitted;
    let document: DocumentNode;
    try {
      document = this.#documents.parsed(text);
    } catch (error) {
      return [syntaxError(error)];
    }
    const asked = getOperationAST(document, payload.operationName);
    if (!asked) return [unknownOperation(payload.operationName)];
    const name = `${asked.operation} ${asked.name?.value ?? "(unnamed)"}`;
    // A browser cannot send headers with a socket: the trace to which an operation belongs is in its extensions.
    const trace = tracing?.received(name, payload.extensions ?? {}, {
      "correlation.id": correlationId,
    });
    const context: CallContext = { caller, correlationId, propagated, charge, trace };
    const operation: Operation = { id, text, supergraph, connection, context, session };
    // Apollo Server validates what it runs itself.
    if (asked.operation === OperationTypeNode.SUBSCRIPTION) {
      const errors = this.#documents.mistakesIn(text, supergraph);
      if (errors.length > 0) {
        trace?.end("GRAPHQL_VALIDATION_FAILED");
        return errors.map(validationError);
      }
    }
    return {
      schema: supergraph.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: operation,
    };
  }

  async #execute({ operationName, variableValues, contextValue }: ExecutionArgs): Promise<ExecutionResult> {
    const { text, context } = contextValue as Operation;
    const { apollo, load } = this.#dependencies;
    let leave = () => {};
    try {
      leave = load.enter();
      const { body } = await apollo.executeOperation(
        { query: text, ...(operationName && { operationName }), ...(variableValues && { variables: variableValues }) },
        { contextValue: context },
      );
      if (body.kind !== "single") throw new Error("an incremental response came without being asked for");
      return body.singleResult as unknown as ExecutionResult;
    } catch (error) {
      if (!(error instanceof Overloaded)) throw error;
      return { errors: this.#present([error], context.correlationId) } as unknown as ExecutionResult;
    } finally {
      leave();
      context.trace?.end();
    }
  }

  async #subscribe({ document, operationName, variableValues, contextValue }: ExecutionArgs) {
    const { id, text, supergraph, connection, context, session } = contextValue as Operation;
    let leave = () => {};
    try {
      // Its beginning is work; while it waits for events it is none.
      leave = this.#dependencies.load.enter();
      const sink = new SocketSink(connection, session, id);
      const outcome = await subscribeOperation(
        {
          supergraph,
          text,
          document,
          operationName: operationName ?? undefined,
          variables: variableValues as Record<string, unknown> | undefined,
          context,
          sink,
        },
        this.#dependencies,
      );
      if (!("errors" in outcome)) return sink.hears(outcome) as unknown as AsyncGenerator<ExecutionResult>;
      return { errors: this.#present(outcome.errors, context.correlationId) } as unknown as ExecutionResult;
    } catch (error) {
      return { errors: this.#present([error], context.correlationId) } as unknown as ExecutionResult;
    } finally {
      leave();
      context.trace?.end();
    }
  }

  #refused(refusal: Refusal): GraphQLError {
    this.#dependencies.metrics.refused(refusal.code);
    return asGraphQLError(refusal);
  }

  #present(errors: readonly unknown[], correlationId: string): readonly GraphQLFormattedError[] {
    for (const error of errors) if (error instanceof Refusal) this.#dependencies.metrics.refused(error.code);
    return presentErrors(errors, correlationId, this.#dependencies.log);
  }
}

function closeCodeOf(refusal: Refusal): number {
  if (refusal.code === "TOKEN_EXPIRED") return CloseCode.SignInAgain;
  return statusOf(refusal) === 503 ? CloseCode.TryLater : CloseCode.BadCredential;
}
