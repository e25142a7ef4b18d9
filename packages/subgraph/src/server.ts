import { randomUUID } from "node:crypto";
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import type { Clock } from "@psqm/clock/clock";
import { connectDatabase, type Database } from "@psqm/database/connect";
import { startEventLoop } from "@psqm/events/event-loop";
import { redisStreams } from "@psqm/events/redis-streams";
import { postgresTransport } from "@psqm/events/relay";
import { openSignals } from "@psqm/events/signals";
import { VIEWER_HEADER, verifyViewer } from "@psqm/identity/signing";
import type { Viewer } from "@psqm/identity/viewer";
import { startMailSender } from "@psqm/mail/sender";
import type { MailSettings } from "@psqm/mail/settings";
import { unsubscribeRoutes } from "@psqm/mail/unsubscribe";
import { Refusal } from "@psqm/refusal/refusal";
import { within } from "@psqm/tracing/current-trace";
import { startTracing } from "@psqm/tracing/tracing";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Context } from "./context.ts";
import { formatError } from "./errors.ts";
import { askingNeighbours, type Neighbours } from "./neighbours.ts";
import { executableSchema } from "./schema.ts";
import { serveSubscriptions } from "./sockets.ts";
import type { Closable, Deps, Subgraph } from "./subgraph.ts";

export interface ServeOptions {
  databaseUrl: string;
  /** Of the Redis that carries events and wakes replicas; PostgreSQL does both when left out. */
  redisUrl?: string | undefined;
  /** Shared with the gateway; calls it did not sign are refused. */
  signingSecret: string;
  host?: string;
  /** 0 for any free one; the subgraph's own by default. */
  port?: number;
  clock: Clock;
  log: Logger;
  mail: MailSettings;
  /** See `Deps`; none by default. */
  settings?: Deps["settings"];
  /** Services that this one asks; a table that may be filled after the start. */
  neighbours: Neighbours;
  /** Hears every SQL statement; tests count them. */
  onStatement?: (sql: string) => void;
}

export interface RunningSubgraph {
  name: string;
  /** Of its graph, e.g. `http://127.0.0.1:4101/graphql`. */
  url: string;
  database: Database;
  close(): Promise<void>;
}

/** The text of the request's body as it came, which is what the gateway signed. */
const bodies = new WeakMap<FastifyRequest, string>();
const viewers = new WeakMap<FastifyRequest, Viewer>();

/** Who sent the request, proven by the gateway's signature. */
export function viewerOf(request: FastifyRequest): Viewer {
  const viewer = viewers.get(request);
  if (!viewer) throw new Error("This route was reached without the signature check.");
  return viewer;
}

/** Starts one service: its graph over HTTP and graphql-ws, its event loop, its health checks. */
export async function serveSubgraph<Loaders, Resources extends Closable | undefined>(
  subgraph: Subgraph<Loaders, Resources>,
  options: ServeOptions,
): Promise<RunningSubgraph> {
  const { signingSecret, clock, log, databaseUrl, redisUrl, settings = {} } = options;
  const { name: service, mailTopics } = subgraph;
  const schema = executableSchema(subgraph as never);
  const tracing = await startTracing(subgraph.name);
  const database = await connectDatabase({
    url: databaseUrl,
    schema: subgraph.name,
    entities: subgraph.entities,
    onStatement: options.onStatement,
    traced: tracing !== null,
  });
  const ask = askingNeighbours(options.neighbours, signingSecret);
  const signals = openSignals({ databaseUrl, em: database.em, redisUrl, log });
  const transport = redisUrl === undefined ? postgresTransport : redisStreams({ databaseUrl, redisUrl, log });
  const deps: Deps = { database, databaseUrl, signals, signingSecret, clock, log, settings, ask };
  const resources = (await subgraph.open?.(deps)) as Resources;

  const contextFor = (viewer: Viewer, correlationId: string): Context<Loaders, Resources> => {
    const context = { em: database.em.fork(), viewer, clock, correlationId, signals, resources };
    return { ...context, loaders: subgraph.loaders(context) };
  };

  const app = Fastify({ bodyLimit: 4 * 1024 * 1024, forceCloseConnections: true });
  const apollo = new ApolloServer<Context<Loaders, Resources>>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    logger: log,
    formatError: (formatted) => formatted,
    plugins: [fastifyApolloDrainPlugin(app), maskErrors(log) as ApolloServerPlugin<Context<Loaders, Resources>>],
    stopOnTerminationSignals: false,
  });
  await apollo.start();

  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    bodies.set(request, body as string);
    try {
      done(null, parsed(body as string));
    } catch {
      done(Object.assign(new Error("The body is not JSON."), { statusCode: 400 }));
    }
  });
  health(app, database);
  await app.register(async (signed) => {
    signed.addHook("preHandler", async (request) => {
      const token = request.headers[VIEWER_HEADER];
      const viewer = await verifyViewer(signingSecret, typeof token === "string" ? token : undefined, {
        audience: subgraph.name,
        body: bodies.get(request) ?? "",
      });
      viewers.set(request, viewer as Viewer);
    });
    if (tracing) {
      // After the body: what reads it leaves the context in which it was begun.
      signed.addHook("preHandler", (request, reply, done) => {
        const trace = tracing.received(`${subgraph.name} answers`, request.headers);
        reply.raw.once("close", () => trace.end());
        within(trace, done);
      });
    }
    signed.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof Refusal)) throw error;
      return reply.status(401).send({ errors: [{ message: error.message, extensions: { code: error.code } }] });
    });
    signed.post(
      "/graphql",
      fastifyApolloHandler(apollo, {
        context: async (request) => contextFor(viewerOf(request), correlationIdOf(request)),
      }),
    );
    if (mailTopics) {
      unsubscribeRoutes(signed, { service, signingSecret }, mailTopics, { em: database.em, clock });
    }
    subgraph.routes?.(signed, deps, resources);
  });
  const sockets = serveSubscriptions(app.server, { schema, audience: subgraph.name, signingSecret, contextFor, log });
  const events = startEventLoop({
    service: subgraph.name,
    em: database.em,
    transport,
    signals,
    handlers: subgraph.handlers,
    clock,
    log,
  });
  const { isMailOvertaken: isOvertaken } = subgraph;
  const sending = { service, signingSecret, em: database.em, settings: options.mail, log };
  const mails = mailTopics && startMailSender({ ...sending, ...(isOvertaken && { isOvertaken }) });
  const close = async () => {
    await sockets.close();
    await apollo.stop();
    await app.close();
    await Promise.all([events.close(), mails?.close()]);
    await resources?.close();
    await Promise.all([transport.close(), signals.close()]);
    await database.close(true);
    await tracing?.close();
  };
  try {
    const address = await app.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? subgraph.port });
    return { name: subgraph.name, url: `${address}/graphql`, database, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export class NotReady extends Refusal {
  constructor() {
    super("NOT_READY", "The database does not answer.");
  }
}

function health(app: FastifyInstance, database: Database): void {
  app.get("/health/live", async () => ({ status: "live" }));
  app.get("/health/ready", async (_request, reply) => {
    try {
      await database.em.fork().execute("select 1");
      return { status: "ready" };
    } catch {
      const { code, message } = new NotReady();
      return reply.status(503).send({ status: "not ready", code, message });
    }
  });
}

/**
 * Half of a surrogate pair, as a client makes of an emoji that it cuts in two, becomes the replacement character that
 * PostgreSQL stores for it: so the row, its event and a retry of the request agree on the text.
 */
function parsed(body: string): unknown {
  if (!/\\ud[89a-f]/i.test(body)) return JSON.parse(body);
  return JSON.parse(body, (_key, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));
}

function correlationIdOf(request: FastifyRequest): string {
  const given = request.headers["x-correlation-id"];
  return typeof given === "string" && given.length <= 100 ? given : randomUUID();
}

/** `formatError` of Apollo Server does not know the request; this does, so that a masked error carries its id. */
function maskErrors(log: Logger): ApolloServerPlugin<{ correlationId: string }> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async willSendResponse({ response, errors }) {
          if (response.body.kind !== "single" || !errors) return;
          const { correlationId } = contextValue;
          response.body.singleResult.errors = (response.body.singleResult.errors ?? []).map((formatted, index) =>
            formatError(formatted, errors[index], { log, correlationId }),
          );
        },
      };
    },
  };
}
