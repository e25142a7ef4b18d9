import { hasRole, isMemberOf, leadsHub, Role, supportsHub } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

/** What of a row decides who may see it and act on it: the school it is about and the hub that supports the school. */
export interface SchoolAndHub {
  schoolId: string;
  hubId: string;
}

export const seesAssessment: Policy<SchoolAndHub> = {
  name: "assessment-visible",
  who: "the school's people, the leaders and mentors of its hub and the programme team",
  allows: (viewer, { schoolId, hubId }) =>
    hasRole(viewer, Role.ProgrammeTeam) || isMemberOf(viewer, schoolId) || supportsHub(viewer, hubId),
};

export const subjectLeaderOfSchool: Policy<SchoolAndHub> = {
  name: "subject-leader-of-school",
  who: "the school's subject leader",
  allows: (viewer, { schoolId }) => isMemberOf(viewer, schoolId, Role.SubjectLeader),
};

export const participantOfSchool: Policy<SchoolAndHub> = {
  name: "participant-of-school",
  who: "the school's subject leader and second participant",
  allows: (viewer, { schoolId }) => isMemberOf(viewer, schoolId, Role.SubjectLeader, Role.SecondParticipant),
};

export const leaderOfHub: Policy<SchoolAndHub> = {
  name: "leader-of-hub",
  who: "a leader of the school's hub",
  allows: (viewer, { hubId }) => leadsHub(viewer, hubId),
};
