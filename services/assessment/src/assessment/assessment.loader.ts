import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Assessment } from "./assessment.ts";

export function assessmentById(em: SqlEntityManager): DataLoader<string, Assessment | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Assessment, { id: { $in: [...ids] } });
    const byId = new Map(found.map((assessment) => [assessment.id, assessment]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function assessmentByEnrolment(em: SqlEntityManager): DataLoader<string, Assessment | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Assessment, { enrolmentId: { $in: [...ids] } });
    const byEnrolment = new Map(found.map((assessment) => [assessment.enrolmentId, assessment]));
    return ids.map((id) => byEnrolment.get(id) ?? null);
  });
}
