import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import { BadInput, NotFound } from "@psqm/refusal/refusal";
import { pageSize } from "@psqm/subgraph/connection";
import { schoolsVisibleTo, visibleSchools } from "../school/school.policy.ts";
import { School } from "../school/school.ts";
import { gridPlace } from "./school-search.rules.ts";

export interface Whence {
  schoolId?: string | null;
  easting?: number | null;
  northing?: number | null;
}

export interface SchoolAway {
  schoolId: string;
  metres: number;
}

/** The statement and what it is given, so that a test can ask how PostgreSQL goes about it. */
export function nearestStatement(
  viewer: Viewer,
  { easting, northing }: { easting: number; northing: number },
  first: number,
  butNot = "",
): [string, unknown[]] {
  const visible = schoolsVisibleTo(viewer, "id");
  return [
    `select id as "schoolId", round(point(easting, northing) <-> point(?::float8, ?::float8))::int as metres from school
     where status <> 'CLOSED' and easting is not null and id <> ? and ${visible.sql}
     order by point(easting, northing) <-> point(?::float8, ?::float8) limit ?`,
    [easting, northing, butNot, ...visible.params, easting, northing, first],
  ];
}

/**
 * The schools next to a place or to a school, in a straight line, the nearest first; closed ones are left out.
 * @param first how many, 1 to 100
 * @throws BadInput unless it is said whence, one way
 * @throws NotFound for a school that the viewer may not see
 */
export async function nearestSchools(
  em: SqlEntityManager,
  viewer: Viewer,
  whence: Whence,
  first: number,
): Promise<SchoolAway[]> {
  pageSize(first);
  const { schoolId, easting, northing } = whence;
  const isPlace = typeof easting === "number" && typeof northing === "number";
  if (isPlace && !schoolId) return em.execute(...nearestStatement(viewer, gridPlace(easting, northing), first));
  if (!schoolId || typeof easting === "number" || typeof northing === "number") {
    throw new BadInput("Say whence by `schoolId`, or by `easting` and `northing`, one of the two.");
  }
  const school = await em.findOne(School, { $and: [{ id: schoolId }, visibleSchools(viewer)] });
  if (!school) throw new NotFound("school", schoolId);
  if (school.easting === null || school.northing === null) return [];
  const place = { easting: school.easting, northing: school.northing };
  return em.execute(...nearestStatement(viewer, place, first, school.id));
}
