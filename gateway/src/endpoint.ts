import type { IncomingMessage } from "node:http";
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { Refusal } from "@psqm/refusal/refusal";
import type { Tracing } from "@psqm/tracing/trace";
import type { FastifyInstance } from "fastify";
import { GraphQLError } from "graphql";
import type { Logger } from "pino";
import { presentError } from "./execution/client-errors.ts";
import { FederatedExecutor } from "./execution/executor.ts";
import type { OperationRunner } from "./execution/operation-runner.ts";
import type { ExpressLane } from "./express-lane.ts";
import type { Authenticate } from "./identity/authentication.ts";
import type { CallContext } from "./identity/caller.ts";
import { type Metrics, secondsSince } from "./metrics/metrics.ts";
import { type Admission, isRecord } from "./protection/admission.ts";
import { refuseCrossSite } from "./protection/cross-site.ts";
import type { Load } from "./protection/load.ts";
import type { Origins } from "./protection/origins.ts";
import { putText, requestParts, wantsOldStatus } from "./request-parts.ts";
import type { EventStreamServer } from "./subscriptions/event-stream-server.ts";
import type { LiveSupergraph } from "./supergraph/live-supergraph.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set once the caller is recognised and the operation admitted. */
    call: CallContext | null;
    /** Ends this operation's place among those under way. */
    leave: (() => void) | null;
    /** Whether the operation runs: then it is over when it has run, though its client may have left. */
    running: boolean;
    correlationId: string;
  }
}

export interface EndpointSettings {
  path: string;
  live: LiveSupergraph;
  runner: OperationRunner;
  admission: Admission;
  load: Load;
  authenticate: Authenticate;
  /** The client's IP address, whatever stands in between. */
  addressOf(request: IncomingMessage): string;
  propagatedFrom(request: IncomingMessage): Record<string, string>;
  introspection: boolean;
  origins: Origins;
  metrics: Metrics;
  tracing: Tracing | null;
  lane: ExpressLane;
  /** Answers in server-sent events; absent where there are none. */
  eventStreams?: EventStreamServer;
  log: Logger;
}

/**
 * Serves one supergraph at one path over HTTP: first who is asking, then whether the operation is small enough, and
 * only then Apollo Server.
 *
 * @returns Apollo Server, started, to run operations that come another way
 */
export async function serveEndpoint(
  server: FastifyInstance,
  settings: EndpointSettings,
): Promise<ApolloServer<CallContext>> {
  const { path, live, runner, introspection, metrics, tracing, log } = settings;
  const apollo = new ApolloServer<CallContext>({
    gateway: new FederatedExecutor(live, runner, metrics),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    logger: log,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // Before it, for server-sent events too.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      presentErrors(log),
      measured(metrics),
      settled,
      oldStatus,
      ...(tracing ? [traced] : []),
    ],
  });
  await apollo.start();
  const handle = fastifyApolloHandler(apollo, { context: async ({ call }) => admitted(call) });
  server.route({
    method: ["GET", "POST"],
    url: path,
    onRequest: async (request, reply) => {
      const leave = settings.load.enter();
      request.leave = leave;
      reply.raw.once("close", () => {
        if (!request.running) leave();
      });
    },
    preHandler: async (request, reply) => {
      refuseCrossSite(request.headers, settings.origins);
      const caller = await settings.authenticate(request.headers);
      const asker = { caller, address: settings.addressOf(request.raw) };
      const parts = requestParts(request);
      const { text, charge } = await settings.admission.admit(parts, live.current, asker);
      if (text !== undefined && (text !== parts.query || isRecord(parts.extensions))) putText(request, text);
      const trace = tracing?.received("operation", request.headers, { "correlation.id": request.correlationId });
      if (trace) reply.raw.once("close", () => trace.end());
      request.call = {
        caller,
        correlationId: request.correlationId,
        propagated: settings.propagatedFrom(request.raw),
        charge,
        trace,
      };
    },
    handler: async function (request, reply) {
      request.running = true;
      try {
        if (!settings.eventStreams?.wants(request)) return await handle.call(this, request, reply);
        return await settings.eventStreams.serve(request, reply, admitted(request.call), apollo);
      } finally {
        request.leave?.();
      }
    },
  });
  settings.lane.open(path, settings);
  return apollo;
}

function admitted(call: CallContext | null): CallContext {
  if (!call) throw new Error("an operation reached Apollo Server before its caller was recognised");
  return call;
}

function measured(metrics: Metrics): ApolloServerPlugin<CallContext> {
  return {
    async requestDidStart() {
      const began = performance.now();
      return {
        async willSendResponse({ operationName, response: { body } }) {
          const failed = body.kind === "single" && Boolean(body.singleResult.errors?.length);
          metrics.operationAnswered(operationName, failed, secondsSince(began));
        },
      };
    },
  };
}

/** For clients that ask for it. */
const oldStatus: ApolloServerPlugin<CallContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response: { http } }) {
        if (http.status === 400 && wantsOldStatus(request.http?.headers.get("accept"))) http.status = 200;
      },
    };
  },
};

/** Corrects what the operation was charged, and tells it where it is to be told. */
const settled: ApolloServerPlugin<CallContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body }, contextValue: { charge } }) {
        if (!charge || body.kind !== "single") return;
        const cost = charge.settle(body.singleResult.data);
        if (cost) body.singleResult.extensions = { ...body.singleResult.extensions, cost };
      },
    };
  },
};

/** What Apollo Server does for an operation that it does not know, and how the operation ends. */
const traced: ApolloServerPlugin<CallContext> = {
  async requestDidStart({ contextValue: { trace } }) {
    if (!trace) return;
    const timed = async (name: string) => {
      const part = trace.child(name);
      return async (failure?: unknown) => part.end(failure ? name : undefined);
    };
    return {
      parsingDidStart: () => timed("parse"),
      validationDidStart: () => timed("validate"),
      async didResolveOperation({ operation, operationName }) {
        trace.rename(`${operation?.operation} ${operationName ?? "(unnamed)"}`);
      },
      async willSendResponse({ response: { body } }) {
        const [error] = (body.kind === "single" && body.singleResult.errors) || [];
        trace.end(error && String(error.extensions?.["code"]));
      },
    };
  },
};

function presentErrors(log: Logger): ApolloServerPlugin<CallContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue: { correlationId } }) {
          for (const { originalError } of errors) {
            // A subgraph's error is a plain object, a client's mistake a GraphQLError; anything else was thrown in here.
            if (
              originalError instanceof Error &&
              !(originalError instanceof Refusal) &&
              !(originalError instanceof GraphQLError)
            ) {
              log.error({ correlationId, err: originalError }, "an operation failed here");
            }
          }
        },
        async willSendResponse({ response: { body }, contextValue: { correlationId } }) {
          if (body.kind !== "single" || !body.singleResult.errors) return;
          body.singleResult.errors = body.singleResult.errors.map((error) => presentError(error, correlationId, log));
        },
      };
    },
  };
}
