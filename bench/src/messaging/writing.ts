import type { Viewer } from "@psqm/identity/viewer";
import pg from "pg";
import { send } from "./person.ts";

const WRITERS = 8;
const INSERT = `insert into bench_message (id, conversation_id, sequence, sender_id, client_key, text, sent_at, mentions)
  values ($1, $2, $3, $4, $5, $6, now(), '{}')`;

export interface Written {
  count: number;
  perSecond: number;
}

async function forAWhile(milliseconds: number, write: (writer: number, turn: number) => Promise<unknown>) {
  const began = performance.now();
  let count = 0;
  const writer = async (_: unknown, number: number) => {
    for (let turn = 0; performance.now() - began < milliseconds; turn += 1) {
      await write(number, turn);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return { count, perSecond: count / ((performance.now() - began) / 1000) };
}

/**
 * The least that keeping a message could cost: one insert into a table of the same columns, checks and indexes (without its
 * foreign keys), in a commit of its own, as durable, by as many clients.
 */
export async function writeRaw(adminUrl: string, milliseconds: number): Promise<Written> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: WRITERS });
  try {
    await pool.query("create table if not exists bench_message (like messaging.message including all)");
    const round = crypto.randomUUID();
    return await forAWhile(milliseconds, (writer, turn) =>
      pool.query(INSERT, [
        `msg_${round}_${writer}_${turn}`,
        `con_${round}_${writer}`,
        turn + 1,
        `per_${writer}`,
        `${round} ${turn}`,
        `Message ${turn}`,
      ]),
    );
  } finally {
    await pool.end();
  }
}

/** The same writers through the service: policy, order, idempotency, event, audit and announcement with each message. */
export async function writeMessages(urls: readonly string[], people: (writer: number) => Viewer, milliseconds: number) {
  const round = crypto.randomUUID();
  return forAWhile(milliseconds, (writer, turn) =>
    send(urls[writer % urls.length] ?? "", people(writer), `con_${writer}`, `${round} ${writer} ${turn}`),
  );
}
