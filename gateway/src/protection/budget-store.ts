import pg from "pg";
import type { Logger } from "pino";

const CONNECTIONS = 4;
// A request waits for its charge: a store that is slower than this is as good as gone.
const PATIENCE_MS = 1_000;
const SILENT_MS = 5_000;

/** The name of the table that budgets are kept in; made when it is not there. */
export const BUDGET_TABLE = "gateway_budgets";

// As rate-limiter-flexible makes it, which tries only once, when the database may not be there yet.
const TABLE = `create table if not exists ${BUDGET_TABLE} (key varchar(255) primary key, points integer not null default 0, expire bigint)`;

/**
 * The database that replicas share their budgets in, for rate-limiter-flexible to send its queries to. Fails at once for
 * five seconds after it did not answer, and says in the log when that begins and when it is over.
 */
export class BudgetStore {
  readonly #pool: pg.Pool;
  readonly #log: Logger;
  #table: Promise<unknown> | null = null;
  #lost = false;
  #silentUntil = 0;

  /** @param url of a PostgreSQL database whose user may make a table, or in which it is there */
  constructor(url: string, log: Logger) {
    this.#log = log;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      application_name: "gateway budgets",
    });
    // An idle connection that breaks; the next query notices.
    this.#pool.on("error", () => {});
  }

  async query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    if (Date.now() < this.#silentUntil) throw new Error("the store of budgets did not answer a moment ago");
    try {
      this.#table ??= this.#pool.query(TABLE);
      await this.#table;
      const result = await this.#pool.query(query);
      if (this.#lost) this.#log.info("the store of budgets is back, replicas share them again");
      this.#lost = false;
      return result;
    } catch (error) {
      this.#table = null;
      this.#silentUntil = Date.now() + SILENT_MS;
      if (!this.#lost) {
        this.#log.warn(
          { reason: (error as Error).message },
          "the store of budgets does not answer: this replica keeps budgets of its own until it does",
        );
      }
      this.#lost = true;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
