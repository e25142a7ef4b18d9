import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { CandidacyVerdict } from "./candidacy-verdict.ts";

/** The verdicts of candidacies. What of them is shown to whom, `verdictsShown` says. */
export function verdictsOfCandidacyLoader(em: SqlEntityManager): DataLoader<string, CandidacyVerdict[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      CandidacyVerdict,
      { candidacyId: { $in: [...ids] } },
      { orderBy: { candidacyId: "asc", criterion: "asc" } },
    );
    const byCandidacy = Map.groupBy(found, ({ candidacyId }) => candidacyId);
    return ids.map((id) => byCandidacy.get(id) ?? []);
  });
}
