import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Award } from "./award.ts";
import { Decision } from "./decision.ts";

export function awardById(em: SqlEntityManager): DataLoader<string, Award | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Award, { id: { $in: [...ids] } });
    const byId = new Map(found.map((award) => [award.id, award]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function awardByEnrolment(em: SqlEntityManager): DataLoader<string, Award | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Award, { enrolmentId: { $in: [...ids] } });
    const byEnrolment = new Map(found.map((award) => [award.enrolmentId, award]));
    return ids.map((id) => byEnrolment.get(id) ?? null);
  });
}

/** Awards of many schools in one SQL, newest first. */
export function awardsBySchool(em: SqlEntityManager): DataLoader<string, Award[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Award, { schoolId: { $in: [...ids] } }, { orderBy: { awardedOn: "desc", id: "desc" } });
    const grouped = Map.groupBy(found, ({ schoolId }) => schoolId);
    return ids.map((id) => grouped.get(id) ?? []);
  });
}

export function decisionBySubmission(em: SqlEntityManager): DataLoader<string, Decision | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Decision, { submissionId: { $in: [...ids] } });
    const bySubmission = new Map(found.map((decision) => [decision.submissionId, decision]));
    return ids.map((id) => bySubmission.get(id) ?? null);
  });
}
