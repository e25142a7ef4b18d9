import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { asFilter } from "../person/person.policy.ts";
import { FormerUrn } from "./former-urn.ts";
import { visibleSchools } from "./school.policy.ts";
import { School } from "./school.ts";

/** Schools by id, null for those the viewer may not see. */
export function schoolLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, School | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(School, { $and: [{ id: { $in: [...ids] } }, visibleSchools(viewer)] });
    const byId = new Map(found.map((school) => [school.id, school]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Schools by URN, also by one that they had before; null for those the viewer may not see. */
export function schoolByUrnLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, School | null> {
  return new DataLoader(async (urns) => {
    const marks = urns.map(() => "?").join(", ");
    const named = asFilter<School>((alias) => ({
      sql: `${alias}.id in (select id from school where urn in (${marks}) union all select school_id from school_urn where urn in (${marks}))`,
      params: [...urns, ...urns],
    }));
    const found = await em.find(School, { $and: [named, visibleSchools(viewer)] });
    const byUrn = new Map(found.map((school) => [school.urn, school]));
    if (found.some(({ urn }) => !urns.includes(urn))) {
      const byId = new Map(found.map((school) => [school.id, school]));
      for (const { urn, schoolId } of await em.find(FormerUrn, { urn: { $in: [...urns] } })) {
        const school = byId.get(schoolId);
        if (school) byUrn.set(urn, school);
      }
    }
    return urns.map((urn) => byUrn.get(urn) ?? null);
  });
}

/** The schools that a school took over, as far as the viewer may see them, in order of URN. */
export function predecessorsLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, School[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      School,
      { $and: [{ successorId: { $in: [...ids] } }, visibleSchools(viewer)] },
      { orderBy: { urn: "asc" } },
    );
    const bySuccessor = Map.groupBy(found, ({ successorId }) => successorId);
    return ids.map((id) => bySuccessor.get(id) ?? []);
  });
}

/** The URNs that schools had before, the oldest number first. */
export function formerUrnsLoader(em: SqlEntityManager): DataLoader<string, FormerUrn[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(FormerUrn, { schoolId: { $in: [...ids] } }, { orderBy: { urn: "asc" } });
    const bySchool = Map.groupBy(found, ({ schoolId }) => schoolId);
    return ids.map((id) => bySchool.get(id) ?? []);
  });
}
