import type { EntitySchema, LoggerOptions } from "@mikro-orm/core";
import { MikroORM, type Options } from "@mikro-orm/postgresql";
import type { Pool } from "pg";
import { TracedLogger } from "./traced-logger.ts";

export type Database = MikroORM;

export interface ConnectOptions {
  /** Connection string of the service's own, non-owner role. */
  url: string;
  /** The service's PostgreSQL schema; no other is ever read. */
  schema: string;
  entities: readonly EntitySchema[];
  /** Connections kept at most. */
  poolSize?: number;
  /** Hears every SQL statement; tests count them. */
  onStatement?: ((sql: string) => void) | undefined;
  /** Whether statements are spans of the trace within which they run. */
  traced?: boolean;
}

/** Opens a MikroORM over one service's schema. Connects lazily: the first statement meets an absent server. */
export function connectDatabase(options: ConnectOptions): Promise<Database> {
  const { onStatement, traced } = options;
  return MikroORM.init({
    ...baseOptions(options.url, options.schema),
    entities: [...options.entities],
    pool: { max: options.poolSize ?? 10 },
    ...(onStatement && {
      debug: ["query"],
      colors: false,
      logger: onStatement,
    }),
    ...(traced && { loggerFactory: (loggerOptions: LoggerOptions) => new TracedLogger(loggerOptions) }),
  });
}

/** What connecting and migrating share. `settings` are PostgreSQL's own, as `-c name=value`. */
export function baseOptions(url: string, schema: string, settings = ""): Options {
  return {
    clientUrl: url,
    schema,
    driverOptions: {
      application_name: `psqm-${schema}`,
      connectionTimeoutMillis: 10_000,
      options: `-c search_path=${schema} ${settings}`,
      onPoolCreated: giveBackLostClients,
    },
    forceUtcTimezone: true,
    allowGlobalContext: false,
    discovery: { warnWhenNoEntities: false },
    logger: () => {},
  };
}

const GIVE_BACK_AFTER_MS = 1_000;

/**
 * A transaction whose connection dies fails to roll back, and kysely gives a connection back only after a rollback that
 * succeeded: each would hold a place in the pool for ever. By the time given here whoever held it has failed; a second
 * release throws, which says that there was nothing to do.
 */
function giveBackLostClients(pool: Pool): void {
  pool.on("connect", (client) => {
    client.once("end", () => {
      setTimeout(() => {
        try {
          client.release(true);
        } catch {
          // given back already
        }
      }, GIVE_BACK_AFTER_MS).unref();
    });
  });
}
