import { schoolIds, seesEverySchool, seesSchool, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

export const schoolPolicy: Policy<{ id: string }> = {
  name: "school",
  who: "the school's members, hub leaders, mentors, the programme team and finance officers",
  allows: (viewer, school) => seesSchool(viewer, school.id),
};

/** The same rule as {@link schoolPolicy}, for lists. */
export function visibleSchools(viewer: Viewer): { id?: { $in: string[] } } {
  return seesEverySchool(viewer) ? {} : { id: { $in: schoolIds(viewer) } };
}

/** The same rule again, as a condition on a column that holds a school's id. */
export function schoolsVisibleTo(viewer: Viewer, column: string): { sql: string; params: string[] } {
  if (seesEverySchool(viewer)) return { sql: "true", params: [] };
  const ids = schoolIds(viewer);
  if (ids.length === 0) return { sql: "false", params: [] };
  return { sql: `${column} in (${ids.map(() => "?").join(", ")})`, params: ids };
}
