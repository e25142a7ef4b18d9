import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Caller, transact } from "@psqm/events/transact";
import { system } from "@psqm/identity/viewer";
import { recipientOf, sendMail } from "@psqm/mail/send-mail";
import type { Deps } from "@psqm/subgraph/subgraph";
import { z } from "zod";
import { digestMail, type UnreadConversation } from "./digest.ts";
import { firstGoodMoment } from "./quiet-time.rules.ts";
import { unreadOf } from "./unread.ts";

const contacts = z.array(z.object({ personId: z.string(), name: z.string(), email: z.email() }));

export type Contact = z.infer<typeof contacts>[number];

/** How people are written to; asked of people each time, for nobody's address is kept here. @throws NeighbourAway */
export async function contactsOf(
  { ask }: Pick<Deps, "ask">,
  personIds: readonly string[],
): Promise<Map<string, Contact>> {
  if (personIds.length === 0) return new Map();
  const answer = contacts.parse(await ask("people", "/identity/contacts", { personIds }));
  return new Map(answer.map((contact) => [contact.personId, contact]));
}

type Sending = Pick<Deps, "database" | "clock" | "ask"> & {
  /** The address that takes a person's answers to a conversation; absent when none are taken by mail. */
  addressForReplies?: ((conversationNumber: number, personId: string) => string) | undefined;
};

const AT_A_TIME = 50;

interface Due {
  person_id: string;
  quiet_from: string | null;
  quiet_until: string | null;
  on_rest_days: boolean | null;
}

/** Writes to those who have waited for long enough, and whose time it is. @returns how many mails were written */
export async function sendDigests(sending: Sending): Promise<number> {
  const { database, clock } = sending;
  const em = database.em.fork();
  const now = clock();
  const due = await em.execute<Due[]>(
    `select notice.person_id, quiet_from, quiet_until, on_rest_days
     from notice left join preferences on preferences.person_id = notice.person_id
     where due_at <= ? order by due_at limit ${AT_A_TIME}`,
    [now],
  );
  const awake: string[] = [];
  for (const { person_id, quiet_from, quiet_until, on_rest_days } of due) {
    const moment = firstGoodMoment(now, {
      quietFrom: quiet_from ?? "19:00",
      quietUntil: quiet_until ?? "07:00",
      onRestDays: on_rest_days ?? false,
    });
    if (moment > now) await em.execute("update notice set due_at = ? where person_id = ?", [moment, person_id]);
    else awake.push(person_id);
  }
  const unread = await unreadOf(em, awake, "mail");
  const people = await contactsOf(sending, [
    ...new Set([...awake, ...unread.flatMap(({ latest }) => latest.map(({ sender }) => sender))]),
  ]);
  let written = 0;
  for (const personId of awake) written += await sendDigest(sending, personId, people);
  return written;
}

/** Looks again behind the lock of the notice: what was read since is not told, and one replica tells it. */
async function sendDigest(sending: Sending, personId: string, people: Map<string, Contact>): Promise<number> {
  const { database, clock, addressForReplies } = sending;
  const caller: Caller = { em: database.em.fork(), viewer: system, clock };
  return transact(caller, "sendDigest", personId, async (tx) => {
    const [mine] = await tx.em.execute<{ due_at: Date | string; after: number | null; mails: boolean | null }[]>(
      `select due_at, mail_after_minutes as after, mails_digest as mails
       from notice left join preferences on preferences.person_id = notice.person_id
       where notice.person_id = ? and due_at <= ? for update of notice skip locked`,
      [personId, tx.now],
    );
    if (!mine) return 0;
    const unread = mine.mails === false ? [] : await unreadOf(tx.em, [personId], "mail");
    const to = people.get(personId);
    if (unread.length === 0 || !to) {
      await tx.em.execute("delete from notice where person_id = ?", [personId]);
      return 0;
    }
    const oldest = Math.min(...unread.map(({ since }) => new Date(since).getTime()));
    const dueAt = new Date(oldest + (mine.after ?? 30) * 60_000);
    if (dueAt > tx.now) {
      // What it was about has been read; what is unread now has not waited for long enough.
      await tx.em.execute("update notice set due_at = ? where person_id = ?", [dueAt, personId]);
      return 0;
    }
    const conversations = unread.map(
      ({ conversationId, number, upTo, count, latest }): UnreadConversation => ({
        conversationId,
        upTo,
        count,
        latest: latest.map(({ sender, text }) => ({ sender: people.get(sender)?.name ?? "Somebody", text })),
        ...(addressForReplies && { replyTo: addressForReplies(number, personId) }),
      }),
    );
    const last = unread.map(({ conversationId, upTo }) => `${conversationId}:${upTo}`).sort();
    await sendMail(tx, digestMail(`unread-messages ${personId} ${last.join(" ")}`, to, conversations));
    await tx.em.execute(
      `insert into participation (conversation_id, person_id, mailed_sequence)
       select told.id, ?, told.up_to from jsonb_to_recordset(?::jsonb) as told (id text, up_to integer)
       on conflict (conversation_id, person_id) do update
       set mailed_sequence = greatest(participation.mailed_sequence, excluded.mailed_sequence)`,
      [personId, JSON.stringify(unread.map(({ conversationId, upTo }) => ({ id: conversationId, up_to: upTo })))],
    );
    await tx.em.execute("update preferences set mail_recipient = ? where person_id = ?", [
      recipientOf(to.email),
      personId,
    ]);
    await tx.em.execute("delete from notice where person_id = ?", [personId]);
    return 1;
  });
}

/** Whether a digest that still waits to leave has been overtaken: all that it tells of was read meanwhile. */
export async function isOvertaken(
  em: SqlEntityManager,
  { kind, key }: { kind: string; key: string },
): Promise<boolean> {
  if (kind !== "unread-messages") return false;
  const [, personId, ...told] = key.split(" ");
  const upTo = told.map((one) => one.split(":"));
  const rows = await em.execute<{ conversation_id: string; read_sequence: number }[]>(
    `select conversation_id, read_sequence from participation
     where person_id = ? and conversation_id = any(array(select jsonb_array_elements_text(?::jsonb)))`,
    [personId, JSON.stringify(upTo.map(([id]) => id))],
  );
  const read = new Map(rows.map(({ conversation_id, read_sequence }) => [conversation_id, read_sequence]));
  return upTo.every(([id = "", sequence]) => (read.get(id) ?? 0) >= Number(sequence));
}
