import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Round } from "./round.ts";

export function roundLoader(em: SqlEntityManager): DataLoader<string, Round | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Round, { id: { $in: [...ids] } });
    const byId = new Map(found.map((round) => [round.id, round]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}
