import { type Clock, clockFrom } from "@psqm/clock/clock";
import type { Database } from "@psqm/database/connect";
import { newId } from "@psqm/database/id";
import type { PlatformEvent } from "@psqm/events/event";
import { openSignals, type Signals } from "@psqm/events/signals";
import type { Caller } from "@psqm/events/transact";
import { operationText, signViewer, VIEWER_EXTENSION, VIEWER_HEADER } from "@psqm/identity/signing";
import { system, type Viewer } from "@psqm/identity/viewer";
import type { MailSettings } from "@psqm/mail/settings";
import type { Neighbours } from "@psqm/subgraph/neighbours";
import { serveSubgraph } from "@psqm/subgraph/server";
import type { Closable, Subgraph } from "@psqm/subgraph/subgraph";
import type { FormattedExecutionResult } from "graphql";
import { createClient } from "graphql-ws";
import pg from "pg";
import { pino } from "pino";
import { WebSocket } from "ws";
import { type TestDatabase, testDatabase } from "./test-database.ts";
import { until } from "./until.ts";

/** Transaction control, and what the event loop does in the background at moments of its own. */
const NOT_THE_GRAPHS =
  /\b(begin|commit|rollback|savepoint|release)\b|\b(events\.log|event_cursor|parked_event|outbox|inbox|mail|mail_opt_out|pg_advisory_xact_lock|pg_notify)\b/;

export const TEST_SIGNING_SECRET = "a-signing-secret-for-tests-only-0123456789";

/** No mail leaves: a test reads `npm run mails`' table, or brings a server ({@link startTestMailServer}). */
export const testMailSettings: MailSettings = {
  from: "PSQM <programme@psqm.example>",
  publicUrl: "http://psqm.example",
  perMinute: 1_000,
};

export interface TestResult {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a client would, by the document they wrote
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } & Record<string, unknown> }[];
}

export interface TestSubgraph {
  name: string;
  url: string;
  database: Database;
  testDatabase: TestDatabase;
  /** Of another replica on the same database. */
  signals: Signals;
  /** SQL statements since the last `statements.length = 0`, without transaction control and the event loop's own. */
  statements: string[];
  /** Asks the graph over HTTP, signed for the viewer. */
  query(viewer: Viewer, document: string, variables?: Record<string, unknown>): Promise<TestResult>;
  /** What the gateway asks to fill in fields of this service's types. */
  entities(viewer: Viewer, representations: readonly object[], selection: string): Promise<TestResult>;
  /** Subscribes over a real socket; break out of the loop, or `return()`, to leave. */
  subscribe(
    viewer: Viewer,
    document: string,
    variables?: Record<string, unknown>,
  ): AsyncIterableIterator<FormattedExecutionResult<Record<string, unknown>, unknown>>;
  /** What a verb wants from its caller, outside the graph. */
  caller(viewer?: Viewer): Caller;
  /** Puts an event of another service into the log and waits until this one has gone past it. */
  deliver(source: string, type: string, aggregate: string, payload: unknown): Promise<string>;
  /** Events this service has told the others, oldest first. */
  emitted(type?: string): Promise<PlatformEvent[]>;
  close(): Promise<void>;
}

/** A service on a real PostgreSQL and a real socket, with a database of its own. */
export async function startTestSubgraph<Loaders, Resources extends Closable | undefined>(
  subgraph: Subgraph<Loaders, Resources>,
  {
    clock = clockFrom(new Date("2026-09-01T09:00:00Z")),
    mail = testMailSettings,
    settings = {},
    neighbours = {},
    redisUrl,
  }: {
    clock?: Clock;
    mail?: MailSettings;
    settings?: Record<string, string>;
    neighbours?: Neighbours;
    redisUrl?: string;
  } = {},
): Promise<TestSubgraph> {
  const files = await testDatabase([{ service: subgraph.name, migrations: subgraph.migrations }]);
  const statements: string[] = [];
  const databaseUrl = files.urlOf(subgraph.name);
  const log = pino({ level: process.env["TEST_LOG"] ?? "silent" });
  const running = await serveSubgraph(subgraph, {
    databaseUrl,
    redisUrl,
    signingSecret: TEST_SIGNING_SECRET,
    port: 0,
    clock,
    mail,
    settings,
    neighbours,
    log,
    onStatement: (line) => {
      if (!NOT_THE_GRAPHS.test(line)) statements.push(line);
    },
  });
  const signals = openSignals({ databaseUrl, em: running.database.em, redisUrl, log });
  const admin = new pg.Client({ connectionString: files.adminUrl });
  await admin.connect();
  const sign = (viewer: Viewer, body: string) =>
    signViewer(TEST_SIGNING_SECRET, { audience: subgraph.name, viewer, body });

  const query: TestSubgraph["query"] = async (viewer, document, variables = {}) => {
    const body = JSON.stringify({ query: document, variables });
    const response = await fetch(running.url, {
      method: "POST",
      headers: { "content-type": "application/json", [VIEWER_HEADER]: await sign(viewer, body) },
      body,
    });
    return (await response.json()) as TestResult;
  };

  return {
    name: running.name,
    url: running.url,
    database: running.database,
    testDatabase: files,
    signals,
    statements,
    query,
    entities: (viewer, representations, selection) =>
      query(
        viewer,
        `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
        {
          representations,
        },
      ),
    subscribe(viewer, document, variables = {}) {
      const client = createClient({
        url: running.url.replace("http", "ws"),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      const operation = { query: document, variables };
      const start = sign(viewer, operationText(operation));
      const results = start.then((signature) =>
        client.iterate<Record<string, unknown>>({ ...operation, extensions: { [VIEWER_EXTENSION]: signature } }),
      );
      return {
        next: async () => (await results).next(),
        async return() {
          await (await results).return?.();
          await client.dispose();
          return { value: undefined, done: true };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    caller: (viewer = system) => ({ em: running.database.em.fork(), viewer, clock, correlationId: "test" }),
    async deliver(source, type, aggregate, payload) {
      const id = newId("evt");
      const { rows } = await admin.query<{ position: string }>(
        `insert into events.log (source, position, id, type, aggregate, sequence, occurred_at, payload)
         select $1, coalesce(max(position), 0) + 1, $2, $3, $4, coalesce(max(position), 0) + 1, $5, $6
         from events.log where source = $1 returning position`,
        [source, id, type, aggregate, clock(), JSON.stringify(payload)],
      );
      await admin.query("select pg_notify('psqm_events', $1)", [source]);
      await until(`${subgraph.name} handles ${type}`, async () => {
        const { rowCount } = await admin.query(
          `select from ${subgraph.name}.event_cursor where source = $1 and position >= $2`,
          [source, rows[0]?.position],
        );
        return rowCount;
      });
      return id;
    },
    async emitted(type) {
      await until(`${subgraph.name} empties its outbox`, async () => {
        const { rowCount } = await admin.query(`select from ${subgraph.name}.outbox limit 1`);
        return rowCount === 0;
      });
      const { rows } = await admin.query(
        `select id, source, type, aggregate, sequence, occurred_at as "occurredAt", payload from events.log
         where source = $1 and ($2::text is null or type = $2) order by position`,
        [subgraph.name, type ?? null],
      );
      return rows as PlatformEvent[];
    },
    async close() {
      await admin.end();
      await signals.close();
      await running.close();
      await files.drop();
    },
  };
}
