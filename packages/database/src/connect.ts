import type { EntitySchema } from "@mikro-orm/core";
import { MikroORM, type Options } from "@mikro-orm/postgresql";

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
}

/** Opens a MikroORM over one service's schema. Connects lazily: the first statement meets an absent server. */
export function connectDatabase(options: ConnectOptions): Promise<Database> {
  const { onStatement } = options;
  return MikroORM.init({
    ...baseOptions(options.url, options.schema),
    entities: [...options.entities],
    pool: { max: options.poolSize ?? 10 },
    ...(onStatement && {
      debug: ["query"],
      colors: false,
      logger: onStatement,
    }),
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
    },
    forceUtcTimezone: true,
    allowGlobalContext: false,
    discovery: { warnWhenNoEntities: false },
    logger: () => {},
  };
}
