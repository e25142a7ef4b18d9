import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import type { Person } from "../person/person.ts";

/** On whose conversations a membership or appointment lets one take part, as a condition on `member` and `conversation`. */
export const takesPartSql = "(member.school_id = conversation.school_id or member.hub_id = conversation.hub_id)";

/** Who takes part in each conversation now; one SQL for all. */
export function membersLoader(em: SqlEntityManager): DataLoader<string, Person[]> {
  return new DataLoader(async (conversationIds) => {
    const rows = await em.execute<{ conversation: string; person: string }[]>(
      `select distinct conversation.id as conversation, person_id as person
       from conversation join member on ${takesPartSql}
       where conversation.id = any(array(select jsonb_array_elements_text(?::jsonb))) order by person_id`,
      [JSON.stringify(conversationIds)],
    );
    const byConversation = Map.groupBy(rows, ({ conversation }) => conversation);
    return conversationIds.map((id) => (byConversation.get(id) ?? []).map(({ person }) => ({ id: person })));
  });
}
