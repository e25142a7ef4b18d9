import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { MilestoneFact } from "./milestone-fact.ts";

/** Facts of enrolments. */
export function milestoneFactsLoader(em: SqlEntityManager): DataLoader<string, MilestoneFact[]> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await em.find(MilestoneFact, { enrolmentId: { $in: [...enrolmentIds] } });
    const byEnrolment = Map.groupBy(found, ({ enrolmentId }) => enrolmentId);
    return enrolmentIds.map((id) => byEnrolment.get(id) ?? []);
  });
}
