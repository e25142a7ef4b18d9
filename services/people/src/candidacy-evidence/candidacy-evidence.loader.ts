import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { CandidacyEvidence } from "./candidacy-evidence.ts";

/** The evidence of candidacies, the oldest first. Of those only that the viewer has been given. */
export function evidenceOfCandidacyLoader(em: SqlEntityManager): DataLoader<string, CandidacyEvidence[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(CandidacyEvidence, { candidacyId: { $in: [...ids] } }, { orderBy: { id: "asc" } });
    const byCandidacy = Map.groupBy(found, ({ candidacyId }) => candidacyId);
    return ids.map((id) => byCandidacy.get(id) ?? []);
  });
}
