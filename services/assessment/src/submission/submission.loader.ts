import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Submission, SubmittedReflection } from "./submission.ts";

export function submissionById(em: SqlEntityManager): DataLoader<string, Submission | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Submission, { id: { $in: [...ids] } });
    const byId = new Map(found.map((submission) => [submission.id, submission]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function submissionByAssessment(em: SqlEntityManager): DataLoader<string, Submission | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Submission, { assessmentId: { $in: [...ids] } });
    const byAssessment = new Map(found.map((submission) => [submission.assessmentId, submission]));
    return ids.map((id) => byAssessment.get(id) ?? null);
  });
}

export function submittedReflections(em: SqlEntityManager): DataLoader<string, SubmittedReflection[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      SubmittedReflection,
      { submissionId: { $in: [...ids] } },
      { orderBy: { criterion: "asc" } },
    );
    const grouped = Map.groupBy(found, ({ submissionId }) => submissionId);
    return ids.map((id) => grouped.get(id) ?? []);
  });
}
