import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import type { MayRead } from "@psqm/files/file.routes";

/**
 * A file of a message is read by whoever takes part in its conversation now, unless the message was deleted; and, deleted
 * or not, by the one of the programme team who has the conversation open. One that is attached to nothing is its adder's.
 */
export function mayReadFile(clock: Clock): MayRead {
  return async (em: SqlEntityManager, { addedBy, attachedTo }, personId) => {
    if (attachedTo === null) return addedBy === personId;
    const rows = await em.execute(
      `select from message join conversation on conversation.id = conversation_id
       where message.id = ? and (
         (deleted_at is null and exists (
           select from member where person_id = ?
             and (member.school_id = conversation.school_id or member.hub_id = conversation.hub_id)))
         or exists (select from access where conversation_id = conversation.id and opened_by = ? and until > ?))`,
      [attachedTo, personId, personId, clock()],
    );
    return rows.length > 0;
  };
}
