import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { MentoringEntry } from "./mentoring-entry.ts";
import { MentoringExcess } from "./mentoring-excess.ts";

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

/** What was approved for enrolments besides their 4 hours; null for nothing. */
export function mentoringExcessLoader(em: SqlEntityManager): DataLoader<string, MentoringExcess | null> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await em.find(MentoringExcess, { enrolmentId: { $in: [...enrolmentIds] } });
    const byEnrolment = new Map(found.map((excess) => [excess.enrolmentId, excess]));
    return enrolmentIds.map((id) => byEnrolment.get(id) ?? null);
  });
}
