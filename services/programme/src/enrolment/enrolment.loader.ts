import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { visibleEnrolments } from "./enrolment.policy.ts";
import { Enrolment } from "./enrolment.ts";
import { EnrolmentMove } from "./enrolment-move.ts";

/** Enrolments by id; null for one that the viewer may not see. */
export function enrolmentLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, Enrolment | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Enrolment, { $and: [{ id: { $in: [...ids] } }, visibleEnrolments(viewer)] });
    const byId = new Map(found.map((enrolment) => [enrolment.id, enrolment]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Enrolments of schools, the latest first, as far as the viewer may see them. */
export function enrolmentsOfSchoolLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, Enrolment[]> {
  return new DataLoader(async (schoolIds) => {
    const found = await em.find(
      Enrolment,
      { $and: [{ schoolId: { $in: [...schoolIds] } }, visibleEnrolments(viewer)] },
      { orderBy: { id: "desc" } },
    );
    const bySchool = Map.groupBy(found, ({ schoolId }) => schoolId);
    return schoolIds.map((id) => bySchool.get(id) ?? []);
  });
}

/** Histories of enrolments, the first step first. */
export function historyLoader(em: SqlEntityManager): DataLoader<string, EnrolmentMove[]> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await em.find(
      EnrolmentMove,
      { enrolmentId: { $in: [...enrolmentIds] } },
      { orderBy: { position: "asc" } },
    );
    const byEnrolment = Map.groupBy(found, ({ enrolmentId }) => enrolmentId);
    return enrolmentIds.map((id) => byEnrolment.get(id) ?? []);
  });
}
