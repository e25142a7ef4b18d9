import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { CandidacyStep } from "./candidacy-step.ts";

/** The history of candidacies, the oldest step first. */
export function stepsOfCandidacyLoader(em: SqlEntityManager): DataLoader<string, CandidacyStep[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      CandidacyStep,
      { candidacyId: { $in: [...ids] } },
      { orderBy: { candidacyId: "asc", number: "asc" } },
    );
    const byCandidacy = Map.groupBy(found, ({ candidacyId }) => candidacyId);
    return ids.map((id) => byCandidacy.get(id) ?? []);
  });
}
