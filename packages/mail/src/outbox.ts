import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Letter } from "./send-mail.ts";

export interface OutboxMail {
  id: string;
  kind: string;
  key: string;
  /** WAITING, SENT, KEPT (no mail server), PARKED (given up, with the reason), UNWANTED (its recipient opted out, or it was overtaken). */
  state: string;
  queuedAt: Date;
  attempts: number;
  /** Why the last try failed. */
  reason: string | null;
  /** Gone once it was sent. */
  letter: Letter | null;
}

/**
 * Mails of a service, the latest first.
 * @param state only these
 */
export function listMails(em: SqlEntityManager, state?: string): Promise<OutboxMail[]> {
  return em.execute<OutboxMail[]>(
    `select id, kind, key, state, queued_at as "queuedAt", attempts, reason, letter
     from mail where state = coalesce(?, state) order by id desc limit 200`,
    [state ?? null],
  );
}

export async function findMail(em: SqlEntityManager, id: string): Promise<OutboxMail | undefined> {
  const [mail] = await em.execute<OutboxMail[]>(
    `select id, kind, key, state, queued_at as "queuedAt", attempts, reason, letter from mail where id = ?`,
    [id],
  );
  return mail;
}

/**
 * Has parked mails tried again.
 * @param id only this one; all when left out
 * @returns how many
 */
export async function retryMails(em: SqlEntityManager, id?: string): Promise<number> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    `update mail set state = 'WAITING', attempts = 0, due_at = now() where state = 'PARKED' and id = coalesce(?, id)`,
    [id ?? null],
    "run",
  );
  return affectedRows;
}
