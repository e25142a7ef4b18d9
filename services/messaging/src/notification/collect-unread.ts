import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { takesPartSql } from "../member/member.loader.ts";

/**
 * A position is drawn before its message is committed, so what is not there yet may still come. What was drawn this long
 * ago has come or never will: a send takes milliseconds.
 */
const SETTLED_AFTER = "5 seconds";

/**
 * Notes who has got a message since this was done last and may have to be told of it: set by set, so that sending costs
 * nothing more. One replica does it at a time.
 * @returns whether it was this one's turn
 */
export function collectUnread(em: SqlEntityManager): Promise<boolean> {
  return em.fork().transactional(async (tx) => {
    const [cursor] = await tx.execute<{ position: string; horizon: string }[]>(
      `select position, horizon from notice_cursor where horizon_at <= now() - interval '${SETTLED_AFTER}'
       for update skip locked`,
    );
    if (!cursor) return false;
    if (cursor.horizon !== cursor.position) {
      await tx.execute(
        `insert into notice (person_id, due_at)
         select member.person_id,
           min(message.sent_at) + make_interval(mins => coalesce(min(preferences.mail_after_minutes), 30))
         from message join conversation on conversation.id = message.conversation_id
         join member on ${takesPartSql}
         left join preferences on preferences.person_id = member.person_id
         where message.position > ? and message.position <= ? and member.person_id <> message.sender_id
           and coalesce(preferences.mails_digest, true)
         group by member.person_id
         on conflict (person_id) do nothing`,
        [cursor.position, cursor.horizon],
      );
      await tx.execute(
        `insert into push_notice (person_id, due_at)
         select member.person_id, min(message.sent_at)
         from message join conversation on conversation.id = message.conversation_id
         join member on ${takesPartSql}
         where message.position > ? and message.position <= ? and member.person_id <> message.sender_id
           and exists (select from push_device where push_device.person_id = member.person_id)
         group by member.person_id
         on conflict (person_id) do nothing`,
        [cursor.position, cursor.horizon],
      );
    }
    await tx.execute(
      `update notice_cursor set position = horizon, horizon_at = now(),
         horizon = (select case when is_called then last_value else 0 end from message_position_seq)`,
    );
    return true;
  });
}
