import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { AseMembership } from "./ase-membership.ts";

/** People's membership of the ASE, null where none was given. Who may read it, `readsStandingOf` says. */
export function aseMembershipLoader(em: SqlEntityManager): DataLoader<string, AseMembership | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(AseMembership, { personId: { $in: [...ids] } });
    const byPerson = new Map(found.map((membership) => [membership.personId, membership]));
    return ids.map((id) => byPerson.get(id) ?? null);
  });
}
