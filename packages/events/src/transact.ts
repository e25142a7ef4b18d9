import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Clock, type Day, londonDay } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import type { EventType } from "./event.ts";

/** What a verb needs from whoever calls it: a resolver's context, an event handler or a command. */
export interface Caller {
  em: SqlEntityManager;
  viewer: Viewer;
  clock: Clock;
  correlationId?: string | undefined;
}

/** One verb's unit of work. Everything read and written through `em` commits together or not at all. */
export interface Transaction {
  em: SqlEntityManager;
  viewer: Viewer;
  /** The same instant throughout the verb. */
  now: Date;
  /** The London day of `now`. */
  today: Day;
  /** Tells the other services, in the same commit. */
  emit<Payload>(type: EventType<Payload>, aggregate: string, payload: Payload): void;
}

interface Emitted {
  type: string;
  aggregate: string;
  payload: unknown;
}

/**
 * One verb, one transaction: the change, its events and its audit entry are committed together.
 * @param operation the verb as the graph names it
 * @param subject id of the thing it is done to
 */
export function transact<Result>(
  caller: Caller,
  operation: string,
  subject: string,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const now = caller.clock();
  return caller.em.transactional(async (em) => {
    const emitted: Emitted[] = [];
    const result = await work({
      em,
      viewer: caller.viewer,
      now,
      today: londonDay(now),
      emit: (type, aggregate, payload) => emitted.push({ type: type.type, aggregate, payload }),
    });
    await em.flush();
    await em.execute("insert into audit (at, actor, operation, subject, correlation_id) values (?, ?, ?, ?, ?)", [
      now,
      caller.viewer.personId ?? caller.viewer.partnerId ?? caller.viewer.kind,
      operation,
      subject,
      caller.correlationId ?? null,
    ]);
    await writeOutbox(em, emitted, now);
    return result;
  });
}

/**
 * The lock per aggregate makes the outbox's sequence follow commit order within it: a later transaction on the same
 * aggregate cannot draw a number before an earlier one has committed.
 */
async function writeOutbox(em: SqlEntityManager, emitted: readonly Emitted[], now: Date): Promise<void> {
  if (emitted.length === 0) return;
  const aggregates = [...new Set(emitted.map(({ aggregate }) => aggregate))].sort();
  for (const aggregate of aggregates) {
    await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`outbox ${aggregate}`]);
  }
  for (const { type, aggregate, payload } of emitted) {
    await em.execute("insert into outbox (id, type, aggregate, occurred_at, payload) values (?, ?, ?, ?, ?::jsonb)", [
      newId("evt"),
      type,
      aggregate,
      now,
      JSON.stringify(payload),
    ]);
  }
  await em.execute("select pg_notify('psqm_outbox', current_schema())");
}
