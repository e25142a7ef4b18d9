import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Acknowledgement } from "./acknowledgement.ts";

/** Who has taken note of each message, the first first; one SQL for all. */
export function acknowledgementsLoader(em: SqlEntityManager): DataLoader<string, Acknowledgement[]> {
  return new DataLoader(async (messageIds) => {
    const rows = await em.execute<{ message_id: string; person_id: string; at: string }[]>(
      `select message_id, person_id, at from acknowledgement
       where message_id = any(array(select jsonb_array_elements_text(?::jsonb))) order by at, person_id`,
      [JSON.stringify(messageIds)],
    );
    const byMessage = Map.groupBy(rows, ({ message_id }) => message_id);
    return messageIds.map((id) =>
      (byMessage.get(id) ?? []).map(({ person_id, at }) => new Acknowledgement(person_id, new Date(at))),
    );
  });
}
