import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { EventTransport, LogRow } from "./transport.ts";

const BATCH = 500;

/** Held by the one replica that writes a source's line at a time, so that its positions have no gap. */
export async function lockLine(em: SqlEntityManager, source: string): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`relay ${source}`]);
}

/** Events by way of a table that all services share: the outbox is moved into it. */
export const postgresTransport: EventTransport = {
  async relay(em, source) {
    let total = 0;
    for (;;) {
      const moved = await moveBatch(em, source);
      total += moved;
      if (moved < BATCH) return total;
    }
  },

  read: readLog,
  async close() {},
};

/** In one transaction per batch. Events that had a position already, from a time with Redis, keep it. */
function moveBatch(em: SqlEntityManager, source: string): Promise<number> {
  return em.fork().transactional(async (tx) => {
    await lockLine(tx, source);
    const { affectedRows } = await tx.execute<{ affectedRows: number }>(
      `with last as (
         select greatest((select max(position) from events.log where source = ?), (select max(position) from outbox), 0)
           as position
       ), moved as (
         delete from outbox where sequence in (
           select sequence from outbox order by position nulls last, sequence limit ${BATCH}
         ) returning *
       )
       insert into events.log (source, position, id, type, aggregate, sequence, occurred_at, payload)
       select ?, coalesce(moved.position, last.position + row_number() over (partition by moved.position is null order by sequence)),
         id, type, aggregate, sequence, occurred_at, payload
       from moved, last`,
      [source, source],
      "run",
    );
    return affectedRows;
  });
}

/** What the table holds of a source's line after a position. */
export function readLog(em: SqlEntityManager, source: string, after: string, limit: number): Promise<LogRow[]> {
  return em.execute<LogRow[]>("select * from events.log where source = ? and position > ? order by position limit ?", [
    source,
    after,
    limit,
  ]);
}
