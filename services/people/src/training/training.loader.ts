import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Training } from "./training.ts";

/** What people attended, the first first. Who may read it, `readsStandingOf` says. */
export function trainingOfPersonLoader(em: SqlEntityManager): DataLoader<string, Training[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      Training,
      { personId: { $in: [...ids] } },
      { orderBy: { attendedOn: "asc", id: "asc" } },
    );
    const byPerson = Map.groupBy(found, ({ personId }) => personId);
    return ids.map((id) => byPerson.get(id) ?? []);
  });
}
