import type { SqlEntityManager } from "@mikro-orm/postgresql";

export interface ParkedEvent {
  eventId: string;
  source: string;
  type: string;
  aggregate: string;
  reason: string;
  attempts: number;
  parkedAt: Date;
}

/** Events this service could not handle, oldest first, with the reason. */
export function listParked(em: SqlEntityManager): Promise<ParkedEvent[]> {
  return em.execute<ParkedEvent[]>(
    `select event_id as "eventId", source, type, aggregate, reason, attempts, parked_at as "parkedAt"
     from parked_event order by source, position`,
  );
}

/**
 * Asks the running service to try parked events again, in order.
 * @param aggregate only this aggregate's events; all when left out
 * @returns how many will be tried
 */
export async function replayParkedEvents(em: SqlEntityManager, aggregate?: string): Promise<number> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    "update parked_event set replay = true where aggregate = coalesce(?, aggregate)",
    [aggregate ?? null],
    "run",
  );
  await em.execute("select pg_notify('psqm_events', '')");
  return affectedRows;
}
