import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { digestOf } from "../calendar-feed/feed-secret.ts";
import { Interest } from "./interest.ts";

/** Whether a link's secret is of an interest that may still be confirmed, or was. */
export async function isConfirmable({ em, clock }: Caller, secret: string): Promise<boolean> {
  const found = await em.findOne(Interest, { digest: digestOf(secret) });
  return found !== null && (found.confirmedAt !== null || found.expiresAt > clock());
}

/**
 * The asker has followed the link: the programme team sees what they wrote. A second time changes nothing.
 * @returns false for a link that is not whole, or too old
 */
export function confirmInterest(caller: Caller, secret: string): Promise<boolean> {
  const digest = digestOf(secret);
  return transact(caller, "confirmInterest", digest, async (tx) => {
    const found = await tx.em.findOne(Interest, { digest }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!found) return false;
    if (found.confirmedAt !== null) return true;
    if (found.expiresAt <= tx.now) return false;
    found.confirmedAt = tx.now;
    return true;
  });
}
