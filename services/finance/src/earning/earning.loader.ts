import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { Earning } from "./earning.ts";

/** Earnings by id, or null; who may see them is for the policy of the type. */
export function earningLoader(em: EntityManager): DataLoader<string, Earning | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Earning, { id: { $in: [...ids] } });
    const byId = new Map(found.map((earning) => [earning.id, earning]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** All that a person has earned, the newest first. */
export function earningsOfPersonLoader(em: EntityManager): DataLoader<string, Earning[]> {
  return new DataLoader(async (personIds) => {
    const found = await em.find(Earning, { personId: { $in: [...personIds] } }, { orderBy: { id: "desc" } });
    const byPerson = Map.groupBy(found, ({ personId }) => personId);
    return personIds.map((id) => byPerson.get(id) ?? []);
  });
}
