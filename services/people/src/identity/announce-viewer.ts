import { createHash } from "node:crypto";
import type { Transaction } from "@psqm/events/transact";

/** The PostgreSQL channel on which it is said whose viewer may have changed. */
export const VIEWER_CHANNEL = "psqm_viewer";

/** Says, when the transaction commits, that this person's or key's viewer may have changed. */
export async function announceViewer(tx: Transaction, subject: string): Promise<void> {
  await tx.em.execute("select pg_notify(?, ?)", [VIEWER_CHANNEL, subject]);
}

/** Somebody who signed in before they were known was remembered as a stranger; they are one no longer. */
export function announceNewcomer(tx: Transaction, email: string): Promise<void> {
  return announceViewer(tx, strangerSubject(email));
}

/** What a stranger is called in announcements: it tells nothing about them. */
export function strangerSubject(name: string): string {
  return `stranger_${createHash("sha256").update(name).digest("hex")}`;
}
