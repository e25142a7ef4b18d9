import type { Viewer } from "@psqm/identity/viewer";
import pg from "pg";
import { send } from "./person.ts";

const WRITERS = 8;

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

/** The least that keeping a message could cost: one insert of its columns into a table, one commit each. */
export async function writeRaw(adminUrl: string, milliseconds: number): Promise<Written> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: WRITERS });
  try {
    await pool.query(
      `create table if not exists bench_message (id text primary key, conversation_id text not null,
         sequence integer not null, sender_id text not null, client_key text not null, text text not null,
         sent_at timestamptz(3) not null, unique (conversation_id, sequence), unique (sender_id, client_key))`,
    );
    const round = crypto.randomUUID();
    return await forAWhile(milliseconds, (writer, turn) =>
      pool.query("insert into bench_message values ($1, $2, $3, $4, $5, $6, now())", [
        `msg_${round}_${writer}_${turn}`,
        `con_${round}_${writer}`,
        turn,
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
export async function writeMessages(url: string, people: (writer: number) => Viewer, milliseconds: number) {
  const round = crypto.randomUUID();
  return forAWhile(milliseconds, (writer, turn) =>
    send(url, people(writer), `con_${writer}`, `${round} ${writer} ${turn}`),
  );
}
