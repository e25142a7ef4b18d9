import type { FilterQuery } from "@mikro-orm/core";
import { hasRole, isMemberOf, Role, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { asFilter, peopleVisibleTo } from "../person/person.policy.ts";
import { schoolsVisibleTo } from "../school/school.policy.ts";
import { isTeamRole } from "./school-membership.rules.ts";
import type { SchoolMembership } from "./school-membership.ts";

/** Who may try to change a school's people at all; which of them, {@link keepsTeam} says. */
export const staffsSchools: Policy<unknown> = {
  name: "head-teacher-or-programme-team",
  who: "the programme team and head teachers",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam, Role.HeadTeacher),
};

export const keepsTeam: Policy<{ schoolId: string; role: string }> = {
  name: "keeps-team",
  who: "the programme team; for the subject leader and the second participant also the school's head teacher",
  allows: (viewer, { schoolId, role }) =>
    hasRole(viewer, Role.ProgrammeTeam) || (isTeamRole(role) && isMemberOf(viewer, schoolId, Role.HeadTeacher)),
};

/** Memberships whose person and whose school the viewer may see. */
export function visibleMemberships(viewer: Viewer): FilterQuery<SchoolMembership> {
  return asFilter((alias) => {
    const person = peopleVisibleTo(viewer, `${alias}.person_id`);
    const school = schoolsVisibleTo(viewer, `${alias}.school_id`);
    return { sql: `${person.sql} and ${school.sql}`, params: [...person.params, ...school.params] };
  });
}
