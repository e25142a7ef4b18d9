import { createHash } from "node:crypto";
import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import { Refusal } from "@psqm/refusal/refusal";
import { z } from "zod";
import type { Mail } from "./mail.ts";

export class MailAddressUnusable extends Refusal {
  constructor(kind: string) {
    super("MAIL_ADDRESS_UNUSABLE", `The address that a mail (${kind}) should go to is none. Correct the address.`);
  }
}

/** What of a mail is kept until it was sent. */
export type Letter = Pick<Mail, "to" | "subject" | "body" | "replyTo">;

const address = z.email();

/**
 * Has a mail sent once this transaction is committed, and never if it is not.
 * @returns false when a mail with this key was sent or is waiting: then there is no other
 * @throws MailAddressUnusable
 */
export async function sendMail(tx: Transaction, mail: Mail): Promise<boolean> {
  if (!address.safeParse(mail.to.address).success) throw new MailAddressUnusable(mail.kind);
  const letter: Letter = {
    to: mail.to,
    subject: mail.subject,
    body: mail.body,
    ...(mail.replyTo && { replyTo: mail.replyTo }),
  };
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    `insert into mail (id, key, kind, recipient, topic, letter, queued_at) values (?, ?, ?, ?, ?, ?::jsonb, ?)
     on conflict (key) do nothing`,
    [
      newId("mai"),
      mail.key,
      mail.kind,
      recipientOf(mail.to.address),
      mail.topic?.name ?? null,
      JSON.stringify(letter),
      tx.now,
    ],
    "run",
  );
  return affectedRows > 0;
}

/** Knows an address again without keeping it: what remains of a mail that was sent, and of somebody who wants no more. */
export function recipientOf(mailAddress: string): Buffer {
  return createHash("sha256").update(mailAddress.toLowerCase()).digest();
}
