import type { Transaction } from "@psqm/events/transact";

/** Whoever leaves a round or a hub comes to none of its sessions to come: their places are free for others. */
export async function giveUpPlaces({ em, now }: Transaction, enrolmentId: string): Promise<void> {
  await em.execute(
    `delete from booking using session
     where booking.enrolment_id = ? and session.id = booking.session_id and session.starts_at > ?`,
    [enrolmentId, now],
  );
}
