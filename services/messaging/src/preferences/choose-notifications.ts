import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { digests } from "../notification/digest.ts";
import { assertPatience, assertTimeOfDay } from "../notification/quiet-time.rules.ts";
import { Preferences } from "./preferences.ts";

export interface NotificationWishes {
  mails?: boolean | null;
  mailAfterMinutes?: number | null;
  quietFrom?: string | null;
  quietUntil?: string | null;
  onRestDays?: boolean | null;
}

/**
 * How and when the caller is told of what waits for them; what is left out stays. To want mails takes back an earlier
 * "no more" of a mail's link.
 * @throws BadInput
 */
export function chooseNotifications(caller: Caller, wishes: NotificationWishes): Promise<Preferences> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  const { mails, mailAfterMinutes, quietFrom, quietUntil, onRestDays } = wishes;
  if (mailAfterMinutes != null) assertPatience(mailAfterMinutes);
  if (quietFrom != null) assertTimeOfDay("quietFrom", quietFrom);
  if (quietUntil != null) assertTimeOfDay("quietUntil", quietUntil);
  return transact(caller, "chooseNotifications", personId, async ({ em }) => {
    await em.execute("insert into preferences (person_id) values (?) on conflict do nothing", [personId]);
    const mine = await em.findOneOrFail(Preferences, { personId }, { refresh: true });
    mine.mailsDigest = mails ?? mine.mailsDigest;
    mine.mailAfterMinutes = mailAfterMinutes ?? mine.mailAfterMinutes;
    mine.quietFrom = quietFrom ?? mine.quietFrom;
    mine.quietUntil = quietUntil ?? mine.quietUntil;
    mine.onRestDays = onRestDays ?? mine.onRestDays;
    if (mails) {
      await em.execute(
        "delete from mail_opt_out where topic = ? and recipient = (select mail_recipient from preferences where person_id = ?)",
        [digests.name, personId],
      );
    }
    return mine;
  });
}
