import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { MentoringEntry } from "./mentoring-entry.ts";

/** Mentoring of enrolments, the first day first. */
export function mentoringLoader(em: SqlEntityManager): DataLoader<string, MentoringEntry[]> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await em.find(
      MentoringEntry,
      { enrolmentId: { $in: [...enrolmentIds] } },
      { orderBy: { on: "asc", id: "asc" } },
    );
    const byEnrolment = Map.groupBy(found, ({ enrolmentId }) => enrolmentId);
    return enrolmentIds.map((id) => byEnrolment.get(id) ?? []);
  });
}
