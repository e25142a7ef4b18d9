import type { SqlEntityManager } from "@mikro-orm/postgresql";

/** An event as it stands in its source's line. */
export interface LogRow {
  source: string;
  /** Its place in the line: 1, 2, 3 … without gap. */
  position: string;
  id: string;
  type: string;
  aggregate: string;
  sequence: string;
  occurred_at: Date | string;
  payload: unknown;
}

/** How events get from the outbox of the service that they happened in to the others. */
export interface EventTransport {
  /**
   * Appends what the service's outbox holds to its line, oldest first. Safe to run in many replicas at once.
   * @returns how many events it appended
   */
  relay(em: SqlEntityManager, source: string): Promise<number>;
  /** What comes after a position of a source's line, in order, at most `limit`. */
  read(em: SqlEntityManager, source: string, after: string, limit: number): Promise<LogRow[]>;
  close(): Promise<void>;
}
