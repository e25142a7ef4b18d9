import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
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

/** Schools by URN, null for those the viewer may not see. */
export function schoolByUrnLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, School | null> {
  return new DataLoader(async (urns) => {
    const found = await em.find(School, { $and: [{ urn: { $in: [...urns] } }, visibleSchools(viewer)] });
    const byUrn = new Map(found.map((school) => [school.urn, school]));
    return urns.map((urn) => byUrn.get(urn) ?? null);
  });
}
