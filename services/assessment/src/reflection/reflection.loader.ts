import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Reflection } from "./reflection.ts";

/** Reflections of many assessments in one SQL; each in the order of their criteria's codes. */
export function reflectionsByAssessment(em: SqlEntityManager): DataLoader<string, Reflection[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Reflection, { assessmentId: { $in: [...ids] } }, { orderBy: { criterion: "asc" } });
    const grouped = Map.groupBy(found, ({ assessmentId }) => assessmentId);
    return ids.map((id) => grouped.get(id) ?? []);
  });
}
