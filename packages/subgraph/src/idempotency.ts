import { createHash } from "node:crypto";
import { sqlMigration } from "@psqm/database/migration";
import type { Transaction } from "@psqm/events/transact";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** For services with verbs that must not act twice when a client sends them again. */
export const idempotencyMigration = sqlMigration(
  "0000-idempotency",
  `
  create table idempotency_key (
    actor text not null,
    key text not null,
    operation text not null,
    request bytea not null,
    result text,
    created_at timestamptz(3) not null,
    primary key (actor, key)
  )`,
);

export class IdempotencyKeyReused extends Refusal {
  constructor(key: string) {
    super(
      "IDEMPOTENCY_KEY_REUSED",
      `The idempotency key "${key}" was already used for something else. Use a new key for a new request.`,
    );
  }
}

/**
 * Does `work` once per viewer and key, however often it is asked: the same key with the same request gives the first
 * answer again. The key is claimed in the verb's own transaction, so a failed try leaves it free.
 * @param work returns the id of what it made
 * @returns that id, from now or from the first time
 * @throws IdempotencyKeyReused when the key came with another request before
 */
export async function once(
  tx: Transaction,
  operation: string,
  key: string,
  request: unknown,
  work: () => Promise<string>,
): Promise<string> {
  if (key.length < 8 || key.length > 200) {
    throw new BadInput(`An idempotency key has 8 to 200 characters (a UUID is a good one); this has ${key.length}.`);
  }
  const actor = tx.viewer.personId ?? tx.viewer.partnerId ?? tx.viewer.kind;
  const digest = createHash("sha256").update(JSON.stringify(request)).digest();
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    "insert into idempotency_key (actor, key, operation, request, created_at) values (?, ?, ?, ?, ?) on conflict do nothing",
    [actor, key, operation, digest, tx.now],
    "run",
  );
  if (affectedRows === 0) {
    const [first] = await tx.em.execute<{ operation: string; request: Buffer; result: string }[]>(
      "select operation, request, result from idempotency_key where actor = ? and key = ?",
      [actor, key],
    );
    if (!first || first.operation !== operation || !digest.equals(first.request)) throw new IdempotencyKeyReused(key);
    return first.result;
  }
  const result = await work();
  await tx.em.execute("update idempotency_key set result = ? where actor = ? and key = ?", [result, actor, key]);
  return result;
}
