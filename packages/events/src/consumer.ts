import { setTimeout as delay } from "node:timers/promises";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import { system } from "@psqm/identity/viewer";
import type { Logger } from "pino";
import type { z } from "zod";
import type { PlatformEvent } from "./event.ts";
import { type Caller, type Transaction, transact } from "./transact.ts";
import type { EventTransport, LogRow } from "./transport.ts";

/** What a service does on hearing a type of event. Runs once for each, inside the transaction that marks it handled. */
export interface Handler {
  source: string;
  type: string;
  handle(tx: Transaction, event: PlatformEvent): Promise<void>;
}

/**
 * Declares a handler.
 * @param payload the part of the payload that this consumer needs; anything else in it is ignored
 */
export function on<Schema extends z.ZodType>(
  source: string,
  type: string,
  payload: Schema,
  handle: (tx: Transaction, payload: z.infer<Schema>, event: PlatformEvent) => Promise<void>,
): Handler {
  return { source, type, handle: (tx, event) => handle(tx, payload.parse(event.payload), event) };
}

export interface ConsumerOptions {
  em: SqlEntityManager;
  handlers: readonly Handler[];
  transport: EventTransport;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

const BATCH = 200;
/** Waits before the tries of an event that fails; after the last it is parked. */
const RETRY_WAITS_MS = [20, 100, 500];

/**
 * Handles every event after this service's cursor of each source it listens to, then every parked event that was asked
 * to be replayed. Safe to run in many replicas at once: the cursor row is the lock.
 */
export async function consumeEvents(options: ConsumerOptions): Promise<void> {
  const sources = new Set(options.handlers.map(({ source }) => source));
  for (const source of sources) {
    await replayParked(options, source);
    await consumeSource(options, source);
  }
}

async function consumeSource(options: ConsumerOptions, source: string): Promise<void> {
  const { em, handlers, transport, signal } = options;
  await em.fork().execute("insert into event_cursor (source) values (?) on conflict do nothing", [source]);
  const types = handlers.filter((handler) => handler.source === source).map(({ type }) => type);
  while (!signal.aborted) {
    const reading = em.fork();
    const [cursor] = await reading.execute<{ position: string }[]>(
      "select position from event_cursor where source = ?",
      [source],
    );
    const rows = await transport.read(reading, source, String(cursor?.position ?? 0), BATCH);
    for (const row of rows) {
      if (signal.aborted) return;
      if (types.includes(row.type)) await consumeOne(options, row);
    }
    const last = rows.at(-1);
    if (!last) return;
    await em
      .fork()
      .execute("update event_cursor set position = ? where source = ? and position < ?", [
        last.position,
        source,
        last.position,
      ]);
  }
}

async function consumeOne(options: ConsumerOptions, row: LogRow): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await inOrder(options.em, row, async (em) => {
        const parkedBefore = await em.execute("select 1 from parked_event where source = ? and aggregate = ? limit 1", [
          row.source,
          row.aggregate,
        ]);
        if (parkedBefore.length > 0) await park(em, row, "an earlier event of this aggregate is parked", 0);
        else await handleOnce(options, em, row);
      });
      return;
    } catch (error) {
      if (isOutage(error)) throw error;
      const wait = RETRY_WAITS_MS[attempt - 1];
      if (wait === undefined) {
        options.log.error({ err: error, event: row.id, type: row.type }, "parked an event that cannot be handled");
        await inOrder(options.em, row, (em) => park(em, row, String(error), attempt));
        return;
      }
      await delay(wait);
    }
  }
}

/** Runs `work` and moves the cursor past the row, together; does nothing when another replica was first. */
function inOrder(em: SqlEntityManager, row: LogRow, work: (em: SqlEntityManager) => Promise<void>): Promise<void> {
  return em.fork().transactional(async (tx) => {
    const [cursor] = await tx.execute<{ position: string }[]>(
      "select position from event_cursor where source = ? for update",
      [row.source],
    );
    if (cursor === undefined || BigInt(cursor.position) >= BigInt(row.position)) return;
    await work(tx);
    await tx.execute("update event_cursor set position = ? where source = ?", [row.position, row.source]);
  });
}

async function handleOnce({ handlers, clock }: ConsumerOptions, em: SqlEntityManager, row: LogRow): Promise<void> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    "insert into inbox (event_id) values (?) on conflict do nothing",
    [row.id],
    "run",
  );
  if (affectedRows === 0) return;
  const event: PlatformEvent = {
    id: row.id,
    source: row.source,
    type: row.type,
    aggregate: row.aggregate,
    sequence: Number(row.sequence),
    occurredAt: new Date(row.occurred_at),
    payload: row.payload,
  };
  const caller: Caller = { em, viewer: system, clock, correlationId: event.id };
  for (const handler of handlers) {
    if (handler.source !== row.source || handler.type !== row.type) continue;
    await transact(caller, `on ${row.type}`, row.aggregate, (tx) => handler.handle(tx, event));
  }
}

async function park(em: SqlEntityManager, row: LogRow, reason: string, attempts: number): Promise<void> {
  await em.execute(
    `insert into parked_event (event_id, source, position, type, aggregate, sequence, occurred_at, payload, reason, attempts)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?) on conflict do nothing`,
    [
      row.id,
      row.source,
      row.position,
      row.type,
      row.aggregate,
      row.sequence,
      row.occurred_at,
      JSON.stringify(row.payload),
      reason.slice(0, 2000),
      attempts,
    ],
  );
}

/**
 * Parked events leave in the order they came; one that fails again keeps the rest of its aggregate behind it, and one
 * that is handled takes along what was parked behind it, also what came after the replay was asked for.
 */
async function replayParked(options: ConsumerOptions, source: string): Promise<void> {
  while (await replayRound(options, source));
}

/** @returns whether another round may find more */
async function replayRound(options: ConsumerOptions, source: string): Promise<boolean> {
  const rows = await options.em.fork().execute<(LogRow & { id: string })[]>(
    `select event_id as id, source, position, type, aggregate, sequence, occurred_at, payload
     from parked_event where source = ? and replay order by position`,
    [source],
  );
  const stuck = new Set<string>();
  let left = 0;
  for (const row of rows) {
    if (options.signal.aborted) return false;
    if (stuck.has(row.aggregate)) continue;
    try {
      left += await options.em.fork().transactional(async (em) => {
        // As in `inOrder`: no replica parks a later event behind this one while this one leaves.
        await em.execute("select 1 from event_cursor where source = ? for update", [row.source]);
        const [first] = await em.execute<{ event_id: string }[]>(
          "select event_id from parked_event where source = ? and aggregate = ? order by position limit 1 for update",
          [row.source, row.aggregate],
        );
        if (first?.event_id !== row.id) return 0;
        await handleOnce(options, em, row);
        await em.execute("delete from parked_event where event_id = ?", [row.id]);
        await em.execute("update parked_event set replay = true where source = ? and aggregate = ?", [
          row.source,
          row.aggregate,
        ]);
        return 1;
      });
    } catch (error) {
      if (isOutage(error)) throw error;
      stuck.add(row.aggregate);
      options.log.error({ err: error, event: row.id, type: row.type }, "a replayed event still cannot be handled");
      await options.em
        .fork()
        .execute(
          "update parked_event set replay = false, reason = ?, attempts = attempts + 1 where source = ? and aggregate = ?",
          [String(error).slice(0, 2000), row.source, row.aggregate],
        );
    }
  }
  return left > 0;
}

/** The database went away: no fault of the event's, so it is not counted against it. */
function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") return false;
  return /^(08|57P|53)/.test(code) || ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(code);
}
