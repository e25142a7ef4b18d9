import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Logger } from "pino";
import { lockLine, readLog } from "./relay.ts";
import { connectRedis, redisPrefix } from "./signals.ts";
import type { EventTransport, LogRow } from "./transport.ts";

const BATCH = 500;

/** A line of events has a hole: they are neither in Redis nor in the table of a time without it. */
class EventsMissing extends Error {
  constructor(source: string, after: string, found: string) {
    super(`The events of ${source} after ${after} and before ${found} are missing; its relay has to tell them again.`);
  }
}

/**
 * Events by way of one Redis Stream for each source, whose entries are numbered by position. The outbox keeps what it has
 * told: it is the truth, and whatever the stream has not, because Redis was away or has lost its data, is told again under
 * the same position. A line that began in PostgreSQL's table goes on in the stream.
 */
export function redisStreams({
  databaseUrl,
  redisUrl,
  log,
}: {
  databaseUrl: string;
  redisUrl: string;
  log: Logger;
}): EventTransport {
  const redis = connectRedis(redisUrl, log);
  const streamOf = (source: string) => `${redisPrefix(databaseUrl)}events:${source}`;

  const tellBatch = (em: SqlEntityManager, source: string) =>
    em.fork().transactional(async (tx) => {
      await lockLine(tx, source);
      const [last] = (await redis.xRevRange(streamOf(source), "+", "-", { COUNT: 1 })) ?? [];
      const rows = await tx.execute<LogRow[]>(
        `select position, id, type, aggregate, sequence, occurred_at, payload from outbox
         where position > ? order by position limit ${BATCH}`,
        [last ? positionOf(last) : "0"],
      );
      const adding = redis.multi();
      for (const { position, id, type, aggregate, sequence, occurred_at, payload } of rows) {
        adding.xAdd(streamOf(source), `${position}-0`, {
          id,
          type,
          aggregate,
          sequence: String(sequence),
          occurredAt: new Date(occurred_at).toISOString(),
          payload: JSON.stringify(payload),
        });
      }
      if (rows.length > 0) await adding.exec();
      return rows.length;
    });

  return {
    async relay(em, source) {
      await givePositions(em, source);
      let total = 0;
      for (;;) {
        const told = await tellBatch(em, source);
        total += told;
        if (told < BATCH) return total;
      }
    },

    async read(em, source, after, limit) {
      const entries = (await redis.xRange(streamOf(source), `(${after}-0`, "+", { COUNT: limit })) ?? [];
      const [first] = entries;
      if (first && BigInt(positionOf(first)) === BigInt(after) + 1n) {
        return entries.map((entry) => rowOf(source, entry));
      }
      const earlier = await readLog(em, source, after, limit);
      if (earlier.length === 0 && first) throw new EventsMissing(source, after, positionOf(first));
      return earlier;
    },

    async close() {
      redis.destroy();
    },
  };
}

interface Entry {
  id: string;
  message: { [field: string]: string };
}

const positionOf = ({ id }: Entry): string => id.split("-")[0] as string;

function rowOf(source: string, entry: Entry): LogRow {
  const { id, type, aggregate, sequence, occurredAt, payload } = entry.message as Record<
    "id" | "type" | "aggregate" | "sequence" | "occurredAt" | "payload",
    string
  >;
  const position = positionOf(entry);
  return { source, position, id, type, aggregate, sequence, occurred_at: occurredAt, payload: JSON.parse(payload) };
}

/** In a commit of its own, before anything is told: a position that is in the stream is never given again. */
async function givePositions(em: SqlEntityManager, source: string): Promise<void> {
  await em.fork().transactional(async (tx) => {
    await lockLine(tx, source);
    await tx.execute(
      `with last as (
         select greatest((select max(position) from events.log where source = ?), (select max(position) from outbox), 0)
           as position
       ), next as (
         select sequence, row_number() over (order by sequence) as nth from outbox where position is null
       )
       update outbox set position = last.position + nth from next, last where outbox.sequence = next.sequence`,
      [source],
    );
  });
}
