import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import cors, { type FastifyCorsOptions } from "@fastify/cors";
import proxyAddr from "@fastify/proxy-addr";
import { anonymous } from "@psqm/identity/viewer";
import { Refusal } from "@psqm/refusal/refusal";
import { startTracing } from "@psqm/tracing/tracing";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { type Logger, pino } from "pino";
import {
  ConfigurationError,
  type GatewayConfig,
  type IdentityConfig,
  type MetricsConfig,
  type ResolvedConfig,
  resolveConfig,
} from "./configuration.ts";
import { serveEndpoint } from "./endpoint.ts";
import { OperationRunner } from "./execution/operation-runner.ts";
import { operationsKept, warmOperations } from "./execution/operations.ts";
import { Subgraphs } from "./execution/subgraphs.ts";
import { ExpressLane } from "./express-lane.ts";
import { serveHealth } from "./health.ts";
import { authenticatePartners, authenticatePeople } from "./identity/authentication.ts";
import type { CallContext } from "./identity/caller.ts";
import { CORRELATION_HEADER, correlationIdOf } from "./identity/correlation.ts";
import { DemoIssuer } from "./identity/demo-issuer.ts";
import { TokenVerifier } from "./identity/tokens.ts";
import { ViewerDirectory } from "./identity/viewers.ts";
import { type MetricSamples, Metrics } from "./metrics/metrics.ts";
import { type OwnMetricsServer, serveMetricsAlone, serveMetricsAt } from "./metrics/metrics-server.ts";
import { serveExplorer } from "./pages/explorer.ts";
import { servePassages } from "./passages.ts";
import { Admission } from "./protection/admission.ts";
import { Budgets } from "./protection/budgets.ts";
import { Load, Overloaded } from "./protection/load.ts";
import { OperationGuard } from "./protection/operation-guard.ts";
import { Origins } from "./protection/origins.ts";
import { PersistedQueries } from "./protection/persisted-queries.ts";
import { answerRefusal } from "./protection/refusal-answer.ts";
import { TrustedDocuments } from "./protection/trusted-documents.ts";
import { EventStreamServer } from "./subscriptions/event-stream-server.ts";
import { SharedEvents } from "./subscriptions/shared-events.ts";
import { SocketServer } from "./subscriptions/socket-server.ts";
import { Upstreams } from "./subscriptions/upstream.ts";
import { LiveSupergraph } from "./supergraph/live-supergraph.ts";

export interface Gateway {
  /** Where it listens, without a trailing slash. */
  url: string;
  port: number;
  /** Where the metrics are, when they have a port of their own. */
  metricsPort: number | undefined;
  /** Stops listening, lets open requests finish for a while, tells sockets to go, and closes every connection. */
  close(): Promise<void>;
  /** What the metrics say now, for whoever shows them with those of others. */
  metrics(): Promise<MetricSamples>;
  /** What is open now; for tests and figures. */
  counts(): {
    sockets: number;
    eventStreams: number;
    operations: number;
    subscribers: number;
    upstreamSubscriptions: number;
  };
}

export const GRAPHQL_PATH = "/graphql";

// How long a browser need not ask again whether it may send something.
const PREFLIGHT_SECONDS = 600;

export interface StartOptions {
  /** Where it writes; by default JSON lines on standard output, at the configured level. */
  log?: Logger;
  /** Turns a setting's path into the name under which the operator knows it. */
  nameOf?: (path: string) => string;
  /** Metrics are wanted though none are served here: `metrics()` is asked for them. */
  measured?: boolean;
}

/**
 * Starts a gateway in this process.
 *
 * @throws ConfigurationError, InvalidSupergraph or a sentence about the port, before anything is served
 */
export async function startGateway(
  config: GatewayConfig,
  { log, nameOf, measured = false }: StartOptions = {},
): Promise<Gateway> {
  const settings = resolveConfig(config, nameOf);
  const logger = log ?? pino({ level: settings.logLevel, base: { service: "gateway" } });
  const cleanup: (() => unknown)[] = [];
  try {
    return await assemble(settings, logger, cleanup, measured);
  } catch (error) {
    for (const close of cleanup.reverse()) await close();
    throw error;
  }
}

async function assemble(
  settings: ResolvedConfig,
  log: Logger,
  cleanup: (() => unknown)[],
  measured: boolean,
): Promise<Gateway> {
  const { limits, signingSecret, introspection, resilience } = settings;
  const metrics = new Metrics();
  const tracing = await startTracing("gateway");
  cleanup.push(() => tracing?.close());
  const live = new LiveSupergraph(settings.supergraph, { log, prepare: warmOperations, isHidden: !introspection });
  cleanup.push(() => live.close());
  const { deduplication, subgraphTimeoutMs: timeoutMs } = settings;
  const clientSettings = { signingSecret, timeoutMs, resilience, sharesCalls: deduplication.calls, log };
  const subgraphs = new Subgraphs(settings.subgraphUrls, clientSettings, metrics);
  const runner = new OperationRunner(subgraphs, { sharesRequests: deduplication.requests });
  cleanup.push(() => subgraphs.close());
  for (const name of subgraphs.unknownOverrides(live.current)) {
    log.warn({ name }, "a subgraph address is configured for a subgraph that the supergraph does not have");
  }
  const upstreams = new Upstreams({ signingSecret, waitingEvents: limits.waitingEvents, log });
  cleanup.push(() => upstreams.close());
  const { liveSubscriptions } = settings;
  const events = new SharedEvents(upstreams, { liveSubscriptions });
  const viewers = viewerDirectory(settings, log);
  cleanup.push(() => viewers?.close());
  const budgets = settings.budget ? new Budgets(settings.budget, log) : null;
  cleanup.push(() => budgets?.close());
  const guard = new OperationGuard(limits, settings.cost.assumedListSize);
  const { socketMutations, allowedOrigins } = settings;
  const documents = settings.trustedDocuments ? new TrustedDocuments(settings.trustedDocuments, log) : null;
  cleanup.push(() => documents?.close());
  const persistedQueries = settings.persistedQueries ? new PersistedQueries() : null;
  const costIsShown = settings.cost.shown;
  const admissions = { guard, budgets, limits, costIsShown, socketMutations, persistedQueries };
  const admission = new Admission({ ...admissions, documents });
  const origins = new Origins(allowedOrigins, settings.publicUrl);
  const addressOf = clientAddress(settings.trustedProxies);
  const load = new Load(limits.operationsInFlight);
  const propagatedFrom = propagation(settings.propagateHeaders);

  const endpoints: { stop(): Promise<void> }[] = [];
  cleanup.push(() => Promise.all(endpoints.map((endpoint) => endpoint.stop())));
  const lane = new ExpressLane(limits.bodyBytes);
  const server = httpServer(lane, log, metrics, limits.bodyBytes);
  cleanup.push(() => server.close());
  if (allowedOrigins.length > 0) await server.register(cors, corsFor(allowedOrigins));
  const identity = settings.identity ?? (settings.demoIssuer ? resolvedIdentity() : null);
  const tokens = identity && new TokenVerifier(identity);
  const authenticate = authenticatePeople({ tokens, viewers, anonymousViewer: settings.anonymousViewer });

  const eventStreams = new EventStreamServer({
    live,
    subgraphs,
    events,
    metrics,
    tracing,
    viewers,
    limits,
    log,
  });
  const apollo = await serveEndpoint(server, {
    path: GRAPHQL_PATH,
    live,
    runner,
    admission,
    load,
    authenticate,
    addressOf,
    propagatedFrom,
    introspection,
    origins,
    metrics,
    tracing,
    eventStreams,
    lane,
    log,
  });
  endpoints.push(apollo);
  if (settings.partner && viewers) {
    const { path, supergraph } = settings.partner;
    const partnerLive = new LiveSupergraph(supergraph, { log, prepare: warmOperations, isHidden: !introspection });
    cleanup.push(() => partnerLive.close());
    refuseMutations(partnerLive, path);
    endpoints.push(
      await serveEndpoint(server, {
        path,
        live: partnerLive,
        runner,
        admission: new Admission({ ...admissions, documents: null }),
        load,
        authenticate: authenticatePartners(viewers),
        addressOf,
        propagatedFrom,
        introspection,
        origins,
        metrics,
        tracing,
        lane,
        log,
      }),
    );
  }
  const system: CallContext = {
    caller: { viewer: settings.anonymousViewer ?? anonymous, subject: null, credential: null, expiresAt: null },
    correlationId: "readiness",
    propagated: {},
  };
  serveHealth(server, () => subgraphs.silentOnes(live.current, system));
  servePassages(server, settings.passages, {
    addressOf: (name) => {
      const found = live.current.subgraphs.find((subgraph) => subgraph.name === name);
      return found && subgraphs.addressOf(found);
    },
    viewer: system.caller.viewer,
    signingSecret,
    timeoutMs: settings.subgraphTimeoutMs,
    log,
  });
  if (settings.explorer) {
    await serveExplorer(server, {
      explorer: settings.explorer,
      path: GRAPHQL_PATH,
      signIn: Boolean(settings.demoIssuer),
    });
  }
  const ownMetrics = await servedMetrics(server, metrics, settings.metrics);
  cleanup.push(() => ownMetrics?.close());
  // Routes cannot be added to a listening server, and the demonstration issuer may be named by the port it gets.
  const demo = settings.demoIssuer && identity ? await serveDemoIssuer(server, settings, identity, viewers) : null;

  const port = await listen(server, settings);
  const url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}`;
  if (demo && tokens) {
    demo.begin(settings.publicUrl ?? `http://localhost:${port}`);
    tokens.trust(demo.issuer, demo.keys);
    log.warn(
      { issuer: demo.issuer },
      "DEMONSTRATION SIGN-IN IS ON: anybody may sign in as any demonstration person. Never use it with real people's data.",
    );
  }
  const sockets = new SocketServer({
    live,
    apollo,
    subgraphs,
    events,
    metrics,
    tracing,
    admission,
    load,
    authenticate,
    addressOf,
    viewers,
    limits,
    propagatedFrom,
    log,
  });
  server.server.on("upgrade", (request, socket, head) => {
    if (request.url?.split("?")[0] !== GRAPHQL_PATH) {
      return turnAway(socket, "404 Not Found", `WebSockets are served at ${GRAPHQL_PATH}.`);
    }
    try {
      origins.refuseForeign(request.headers);
      if (load.isFull) throw new Overloaded();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      metrics.refused(error.code);
      const { code, message } = error;
      return code === "OVERLOADED"
        ? turnAway(socket, "503 Service Unavailable\r\nretry-after: 2", message)
        : turnAway(socket, "403 Forbidden", `${code}: ${message}`);
    }
    sockets.accept(request, socket, head);
  });
  log.info(
    { url, subgraphs: live.current.subgraphs.map((subgraph) => subgraphs.addressOf(subgraph)) },
    "gateway ready to serve",
  );

  const counts = () => ({
    sockets: sockets.size,
    eventStreams: eventStreams.size,
    operations: load.underWay,
    subscribers: events.subscribers,
    upstreamSubscriptions: upstreams.size,
  });
  if (settings.metrics || measured) {
    metrics.observe({
      counts,
      breakers: () => subgraphs.breakers(),
      operationsKept: () => operationsKept(live.current),
    });
  }

  let closing: Promise<void> | null = null;
  const close = async () => {
    const impatience = setTimeout(() => server.server.closeAllConnections(), settings.drainMs);
    eventStreams.close();
    await sockets.close();
    for (const end of cleanup.reverse()) await end();
    clearTimeout(impatience);
  };
  return {
    url,
    port,
    close: () => (closing ??= close()),
    metricsPort: ownMetrics?.port,
    metrics: () => metrics.samples(),
    counts,
  };
}

/** @returns the server of their own, where they have one */
async function servedMetrics(
  server: FastifyInstance,
  metrics: Metrics,
  config: MetricsConfig | undefined,
): Promise<OwnMetricsServer | undefined> {
  if (config?.port !== undefined) return serveMetricsAlone(metrics, config);
  if (config) serveMetricsAt(server, config.path, metrics);
  return undefined;
}

/** Answers a request for another protocol with plain HTTP. */
function turnAway(socket: Duplex, status: string, sentence: string): void {
  // Node leaves a socket that wants another protocol to us, errors included.
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n${sentence}`);
}

function httpServer(lane: ExpressLane, log: Logger, metrics: Metrics, bodyLimit: number): FastifyInstance {
  const server = fastify({
    serverFactory: lane.serverFactory,
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    forceCloseConnections: "idle",
    return503OnClosing: true,
  });
  lane.giveBack(server);
  server.decorateRequest("call", null);
  server.decorateRequest("leave", null);
  server.decorateRequest("running", false);
  server.decorateRequest("correlationId", "");
  let closing = false;
  server.addHook("preClose", async () => {
    closing = true;
  });
  // A connection whose answer was under way when closing began would otherwise be kept alive, and closing would wait.
  server.addHook("onSend", async (_request, reply) => {
    if (closing) void reply.header("connection", "close");
  });
  server.addHook("onRequest", async (request, reply) => {
    request.correlationId = correlationIdOf(request.headers[CORRELATION_HEADER]);
    void reply.header(CORRELATION_HEADER, request.correlationId);
  });
  server.setErrorHandler((error, request, reply) => {
    const refusal =
      error instanceof Refusal
        ? error
        : refusalOfHttp(error as { code?: string; statusCode?: number; message: string }, bodyLimit);
    if (refusal) {
      metrics.refused(refusal.code);
      return answerRefusal(reply, refusal);
    }
    log.error({ correlationId: request.correlationId, err: error }, "a request failed");
    const message = `Something went wrong on our side. Report the correlation id ${request.correlationId}.`;
    return reply.code(500).send({
      errors: [{ message, extensions: { code: "INTERNAL_SERVER_ERROR", correlationId: request.correlationId } }],
    });
  });
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      errors: [
        {
          message: `There is nothing at ${request.url}. The graph is at ${GRAPHQL_PATH}.`,
          extensions: { code: "NOT_FOUND" },
        },
      ],
    }),
  );
  return server;
}

/** Requests that Fastify turned away before any of our code saw them. */
function refusalOfHttp(
  { code, statusCode, message }: { code?: string; statusCode?: number; message: string },
  bodyLimit: number,
) {
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new Refusal("BODY_TOO_LARGE", `The request's body is larger than ${bodyLimit} bytes. Send less at a time.`);
  }
  // Apollo's integration makes an address of the Host header, which may hold anything.
  if (code === "ERR_INVALID_URL")
    return new Refusal("BAD_REQUEST", "The Host header is not an address. Send a proper one.");
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new Refusal("BAD_REQUEST", `${message}. Send JSON as GraphQL over HTTP wants it.`);
  return null;
}

function viewerDirectory({ identity, signingSecret }: ResolvedConfig, log: Logger): ViewerDirectory | null {
  if (!identity?.viewerUrl || !signingSecret) return null;
  const { viewerUrl, viewerAudience, viewerCacheSeconds } = identity;
  return new ViewerDirectory({
    url: viewerUrl,
    audience: viewerAudience,
    secret: signingSecret,
    cacheSeconds: viewerCacheSeconds,
    log,
  });
}

function resolvedIdentity(): IdentityConfig {
  return { issuers: [], audience: "psqm-graph", viewerAudience: "people", viewerCacheSeconds: 30 };
}

/** Pages of other sites may send what they like, with credentials in headers; cookies mean nothing here. */
function corsFor(allowedOrigins: readonly string[]): FastifyCorsOptions {
  return {
    origin: allowedOrigins.includes("*") ? "*" : [...allowedOrigins],
    methods: ["GET", "POST"],
    exposedHeaders: [CORRELATION_HEADER, "retry-after"],
    maxAge: PREFLIGHT_SECONDS,
  };
}

function clientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trust = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, trust);
}

function propagation(names: readonly string[]) {
  return ({ headers }: IncomingMessage): Record<string, string> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = headers[name];
        return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]];
      }),
    );
}

function refuseMutations(live: LiveSupergraph, path: string): void {
  if (live.current.schema.getMutationType()) {
    throw new ConfigurationError(
      `partner: ${path} is read-only, but its supergraph has mutations. Compose it without them.`,
    );
  }
}

/** Adds the issuer's routes. */
async function serveDemoIssuer(
  server: FastifyInstance,
  { demoIssuer, explorer }: ResolvedConfig,
  identity: IdentityConfig,
  viewers: ViewerDirectory | null,
) {
  const people = new Set((explorer ? explorer.people : []).map(({ email }) => email.toLowerCase()));
  const issuer = await DemoIssuer.create({ audience: identity.audience, secret: demoIssuer?.secret ?? "" });
  issuer.serve(server, async (email) => {
    if (!viewers) return people.has(email);
    const found = await viewers.find({ credential: "token", claims: issuer.claimsFor(email) });
    return isSomebody(found?.viewer);
  });
  return issuer;
}

function isSomebody(viewer: unknown): boolean {
  return typeof viewer === "object" && viewer !== null && "personId" in viewer && viewer.personId !== null;
}

async function listen(server: FastifyInstance, { host, port }: ResolvedConfig): Promise<number> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new ConfigurationError(
        `Port ${port} of ${host} is taken by another program. Stop it, or choose another port with --port or PORT.`,
      );
    }
    if (code === "EACCES")
      throw new ConfigurationError(
        `Port ${port} may not be used by this user. Choose one above 1023 with --port or PORT.`,
      );
    if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") {
      throw new ConfigurationError(`${host} is not an address of this machine. Choose another with --host or HOST.`);
    }
    throw error;
  }
  return (server.server.address() as AddressInfo).port;
}
