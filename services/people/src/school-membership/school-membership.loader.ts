import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { visibleMemberships } from "./school-membership.policy.ts";
import { SchoolMembership } from "./school-membership.ts";

/** The memberships of people, ended ones too, as far as the viewer may see them. */
export function membershipsOfPersonLoader(
  em: SqlEntityManager,
  viewer: Viewer,
): DataLoader<string, SchoolMembership[]> {
  return new DataLoader(async (personIds) => {
    const found = await em.find(
      SchoolMembership,
      { $and: [{ personId: { $in: [...personIds] } }, visibleMemberships(viewer)] },
      { orderBy: { id: "asc" } },
    );
    const byPerson = Map.groupBy(found, ({ personId }) => personId);
    return personIds.map((id) => byPerson.get(id) ?? []);
  });
}

/** The memberships of schools that last, as far as the viewer may see them. */
export function membershipsOfSchoolLoader(
  em: SqlEntityManager,
  viewer: Viewer,
): DataLoader<string, SchoolMembership[]> {
  return new DataLoader(async (schoolIds) => {
    const found = await em.find(
      SchoolMembership,
      { $and: [{ schoolId: { $in: [...schoolIds] }, endedOn: null }, visibleMemberships(viewer)] },
      { orderBy: { id: "asc" } },
    );
    const bySchool = Map.groupBy(found, ({ schoolId }) => schoolId);
    return schoolIds.map((id) => bySchool.get(id) ?? []);
  });
}
