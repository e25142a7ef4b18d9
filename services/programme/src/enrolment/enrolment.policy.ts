import { hasRole, isMemberOf, Role, schoolIds, supportedHubIds, supportsHub, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { EnrolmentState } from "./enrolment.rules.ts";

type Placed = { schoolId: string; hubId?: string | null; preferredHubId?: string | null; state?: EnrolmentState };

const seesAll = (viewer: Viewer): boolean => hasRole(viewer, Role.ProgrammeTeam, Role.FinanceOfficer);

/** The same rule as {@link visibleEnrolments}, for one row. */
export const enrolmentVisible: Policy<Placed> = {
  name: "enrolment-visible",
  who: "its school, the leaders and mentors of its hub, or of the one it waits for, the programme team and finance",
  allows: (viewer, { schoolId, hubId, preferredHubId, state }) =>
    seesAll(viewer) ||
    isMemberOf(viewer, schoolId) ||
    (hubId != null && supportsHub(viewer, hubId)) ||
    (preferredHubId != null && state === EnrolmentState.Registered && supportsHub(viewer, preferredHubId)),
};

/** The same rule as {@link enrolmentVisible}, for lists: a condition of their SQL. */
export function visibleEnrolments(viewer: Viewer) {
  if (seesAll(viewer)) return {};
  const hubs = supportedHubIds(viewer);
  return {
    $or: [
      { schoolId: { $in: schoolIds(viewer) } },
      { hubId: { $in: hubs } },
      { preferredHubId: { $in: hubs }, state: EnrolmentState.Registered },
    ],
  };
}

/** A school's order numbers and consents are the school's, and of those who bill it. */
export const registrationVisible: Policy<{ schoolId: string }> = {
  name: "registration-visible",
  who: "its school, the programme team and finance",
  allows: (viewer, { schoolId }) => seesAll(viewer) || isMemberOf(viewer, schoolId),
};

/** Whose call a registration can be; which school's, the verb decides. */
export const registrars: Policy<unknown> = {
  name: "registrars",
  who: "head teachers, subject leaders and the programme team",
  allows: (viewer) => hasRole(viewer, Role.HeadTeacher, Role.SubjectLeader, Role.ProgrammeTeam),
};

/** A school's existence is no secret of ours, but who asks about it here without belonging to it learns nothing. */
export const schoolKnownTo: Policy<{ id: string }> = {
  name: "school-known-to",
  who: "members of the school and the programme team",
  allows: (viewer, school) => hasRole(viewer, Role.ProgrammeTeam) || isMemberOf(viewer, school.id),
};

export const mayRegister: Policy<{ id: string }> = {
  name: "may-register",
  who: "the head teacher and the subject leader of the school, and the programme team",
  allows: (viewer, school) =>
    hasRole(viewer, Role.ProgrammeTeam) || isMemberOf(viewer, school.id, Role.HeadTeacher, Role.SubjectLeader),
};

/** Whose call it can be to take or give up a place; which school's, the verb decides. */
export const deciders: Policy<unknown> = {
  name: "deciders",
  who: "head teachers and the programme team",
  allows: (viewer) => hasRole(viewer, Role.HeadTeacher, Role.ProgrammeTeam),
};

/** Taking a place costs the school money, and giving it up ends its year: the head teacher decides (ours). */
export const mayDecide: Policy<Placed> = {
  name: "may-decide",
  who: "the head teacher of the school and the programme team",
  allows: (viewer, { schoolId }) =>
    hasRole(viewer, Role.ProgrammeTeam) || isMemberOf(viewer, schoolId, Role.HeadTeacher),
};
