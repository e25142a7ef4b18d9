import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { subgraphs } from "../subgraphs.ts";

const patience = 30_000;

/**
 * Waits until every service has told all it has to tell and heard all that was told, so that what follows from one day
 * of the demonstration has happened before the next day begins.
 */
export async function quiet(admin: Client): Promise<void> {
  const deadline = Date.now() + patience;
  while (true) {
    const { rows } = await admin.query(outstanding);
    if (rows.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Events are stuck: ${rows.map(({ what }) => what).join(", ")}`);
    await sleep(5);
  }
}

const outstanding = subgraphs
  .map(
    ({ name }) => `
    select '${name} has something to tell' as what where exists (select from ${name}.outbox)
    union all select '${name} has an event parked' where exists (select from ${name}.parked_event)
    union all select '${name} has not heard all of ' || source from ${name}.event_cursor
      where position < (select coalesce(max(position), 0) from events.log where log.source = event_cursor.source)`,
  )
  .join(" union all ");
