import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { takesPartSql } from "../member/member.loader.ts";

/** What somebody has not read in one conversation. */
export interface Unread {
  personId: string;
  conversationId: string;
  /** The conversation's, as its inbox cursor names it. */
  number: number;
  upTo: number;
  count: number;
  since: Date | string;
  /** `sender` is a person's id. */
  latest: { sender: string; text: string }[];
}

/** What a person has got of a conversation already, so that they are not told of it. */
const toldSql = {
  mail: "greatest(read_sequence, mailed_sequence)",
  push: "greatest(read_sequence, delivered_sequence, pushed_sequence)",
};

/** Of each conversation that they take part in now and have not muted: what they have neither read nor been told of. */
export function unreadOf(
  em: SqlEntityManager,
  personIds: readonly string[],
  way: keyof typeof toldSql,
): Promise<Unread[]> {
  return em
    .execute<Unread[]>(
      `select member.person_id as "personId", conversation.id as "conversationId", conversation.number, max(message.sequence) as "upTo",
       count(*)::int as count, min(message.sent_at) as since,
       (array_agg(jsonb_build_object('sender', message.sender_id, 'text', message.text) order by message.sequence desc))
         [1:5] as latest
     from (
       select distinct member.person_id, conversation.id
       from member join conversation on ${takesPartSql}
       where member.person_id = any(array(select jsonb_array_elements_text(?::jsonb)))
     ) as member
     join conversation on conversation.id = member.id
     left join participation
       on participation.conversation_id = conversation.id and participation.person_id = member.person_id
     join message on message.conversation_id = conversation.id
       and message.sequence > coalesce(${toldSql[way]}, 0)
       and message.sender_id <> member.person_id and message.deleted_at is null
     where muted_until is null or muted_until <= message.sent_at
     group by member.person_id, conversation.id
     order by member.person_id, conversation.id`,
      [JSON.stringify(personIds)],
    )
    .then((rows) => rows.map((row) => ({ ...row, latest: [...row.latest].reverse() })));
}
