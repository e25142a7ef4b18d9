import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { countPlacesTaken } from "./count-places-taken.ts";
import { Hub } from "./hub.ts";

export function hubLoader(em: SqlEntityManager): DataLoader<string, Hub | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Hub, { id: { $in: [...ids] } });
    const byId = new Map(found.map((hub) => [hub.id, hub]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function placesTakenLoader(em: SqlEntityManager): DataLoader<string, number> {
  return new DataLoader(async (hubIds) => {
    const counts = await countPlacesTaken(em, hubIds);
    return hubIds.map((id) => counts.get(id) ?? 0);
  });
}
