import type { SqlEntityManager } from "@mikro-orm/postgresql";

const BATCH = 500;

/**
 * Moves the service's outbox to the event log, oldest first, in one transaction per batch. The advisory lock lets one
 * replica at a time write the source's line, so positions are gap-free and readers may trust `position > cursor`.
 * @returns how many events it moved
 */
export async function relayOutbox(em: SqlEntityManager, source: string): Promise<number> {
  let total = 0;
  for (;;) {
    const moved = await em.fork().transactional(async (tx) => {
      await tx.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`relay ${source}`]);
      const { affectedRows } = await tx.execute<{ affectedRows: number }>(
        `with moved as (
           delete from outbox where sequence in (select sequence from outbox order by sequence limit ${BATCH})
           returning *
         ), last as (
           select coalesce(max(position), 0) as position from events.log where source = ?
         )
         insert into events.log (source, position, id, type, aggregate, sequence, occurred_at, payload)
         select ?, last.position + row_number() over (order by sequence), id, type, aggregate, sequence, occurred_at, payload
         from moved, last`,
        [source, source],
        "run",
      );
      if (affectedRows > 0) await tx.execute("select pg_notify('psqm_events', ?)", [source]);
      return affectedRows;
    });
    total += moved;
    if (moved < BATCH) return total;
  }
}
