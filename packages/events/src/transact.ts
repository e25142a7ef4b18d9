import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Clock, type Day, londonDay } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import type { EventType } from "./event.ts";
import { OUTBOX_CHANNEL, type Signal, type Signals } from "./signals.ts";

/** What a verb needs from whoever calls it: a resolver's context, an event handler or a command. */
export interface Caller {
  em: SqlEntityManager;
  viewer: Viewer;
  clock: Clock;
  correlationId?: string | undefined;
  /** How other replicas are woken; by NOTIFY alone when left out. */
  signals?: Signals | undefined;
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
  /** Wakes whoever listens on the channel once it is committed. It may be lost: it says only that looking is worth it. */
  signal(channel: string, payload: string): void;
}

interface Entry {
  at: Date;
  actor: string;
  operation: string;
  subject: string;
  correlationId: string | null;
}

interface Emitted {
  id: string;
  type: string;
  aggregate: string;
  at: Date;
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
  return transactTogether(caller, ({ enter }) => work(enter(caller, operation, subject)));
}

/** A commit of several verbs. */
export interface Commit extends Pick<Transaction, "em" | "signal"> {
  /** Makes one more verb part of it; without it nothing is audited and no event told. */
  enter(caller: Omit<Caller, "em" | "signals">, operation: string, subject: string): Transaction;
}

/**
 * Verbs of several callers in one commit, each with its events and its audit entry: for what comes so often that a
 * commit each would cost more than the verbs do. All of them are committed or none is.
 */
export async function transactTogether<Result>(
  { em: callersEm, signals }: Pick<Caller, "em" | "signals">,
  work: (commit: Commit) => Promise<Result>,
): Promise<Result> {
  const signalled: Signal[] = [];
  // Inside another transaction nobody here knows of the commit; the database does.
  const notifying = !signals?.byRedis || callersEm.isInTransaction();
  const result = await callersEm.transactional(async (em) => {
    const entries: Entry[] = [];
    const emitted: Emitted[] = [];
    const signal = (channel: string, payload: string) => void signalled.push({ channel, payload });
    const enter: Commit["enter"] = ({ viewer, clock, correlationId }, operation, subject) => {
      const now = clock();
      const actor = viewer.personId ?? viewer.partnerId ?? viewer.kind;
      entries.push({ at: now, actor, operation, subject, correlationId: correlationId ?? null });
      return {
        em,
        viewer,
        now,
        today: londonDay(now),
        emit: ({ type }, aggregate, payload) => emitted.push({ id: newId("evt"), type, aggregate, at: now, payload }),
        signal,
      };
    };
    const done = await work({ em, enter, signal });
    await em.flush();
    if (emitted.length > 0) signal(OUTBOX_CHANNEL, em.config.get("schema") ?? "");
    if (entries.length > 0) await record(em, { entries, emitted, signalled: notifying ? signalled : [] });
    return done;
  });
  if (!notifying && signalled.length > 0) await signals?.send(signalled);
  return result;
}

interface Record {
  entries: readonly Entry[];
  emitted: readonly Emitted[];
  signalled: readonly Signal[];
}

/**
 * Audit, outbox and notifications in one statement. The lock per aggregate, taken before the row of the outbox draws its
 * number, makes the outbox's sequence follow commit order within it: a later transaction on the same aggregate cannot
 * draw a number before an earlier one has committed.
 */
async function record(em: SqlEntityManager, { entries, emitted, signalled }: Record): Promise<void> {
  if (emitted.length > 0) {
    const aggregates = [...new Set(emitted.map(({ aggregate }) => aggregate))].sort();
    await em.execute(
      `select pg_advisory_xact_lock(hashtextextended('outbox ' || aggregate, 0))
       from jsonb_array_elements_text(?::jsonb) as aggregate`,
      [JSON.stringify(aggregates)],
    );
  }
  await em.execute(
    `with audited as (
       insert into audit (at, actor, operation, subject, correlation_id)
       select at, actor, operation, subject, "correlationId" from jsonb_to_recordset(?::jsonb)
         as entry (at timestamptz, actor text, operation text, subject text, "correlationId" text)
     ), told as (
       insert into outbox (id, type, aggregate, occurred_at, payload)
       select id, type, aggregate, at, payload from rows from (jsonb_to_recordset(?::jsonb)
         as (id text, type text, aggregate text, at timestamptz, payload jsonb)) with ordinality order by ordinality
     )
     select pg_notify(channel, payload) from jsonb_to_recordset(?::jsonb) as signal (channel text, payload text)`,
    [JSON.stringify(entries), JSON.stringify(emitted), JSON.stringify(signalled)],
  );
}
