import { hasRole, leadsHub, Role, supportsHub } from "@psqm/identity/viewer";
import { type Policy, scopedInSql } from "@psqm/subgraph/policy";

/** Sessions are reached through enrolments that one may see, or by id with {@link sessionOf}'s check. */
export const sessionVisible = scopedInSql(
  "session-visible",
  "the schools of the hub's round, its leaders and mentors, and the programme team",
);

export const mayPlan: Policy<{ hubId: string }> = {
  name: "may-plan",
  who: "the leaders of the hub and the programme team",
  allows: (viewer, { hubId }) => hasRole(viewer, Role.ProgrammeTeam) || leadsHub(viewer, hubId),
};

/** Whose call it can be; which hub's, the verb decides. */
export const planners: Policy<unknown> = {
  name: "planners",
  who: "hub leaders and the programme team",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam, Role.HubLeader),
};

export const participants: Policy<unknown> = {
  name: "participants",
  who: "subject leaders and second participants",
  allows: (viewer) => hasRole(viewer, Role.SubjectLeader, Role.SecondParticipant),
};

/** Who has booked and who came concerns those who hold the session. */
export const seesRegister: Policy<{ hubId: string }> = {
  name: "sees-register",
  who: "the leaders and mentors of the hub and the programme team",
  allows: (viewer, { hubId }) => hasRole(viewer, Role.ProgrammeTeam) || supportsHub(viewer, hubId),
};

export const registrarsOfAttendance: Policy<unknown> = {
  name: "registrars-of-attendance",
  who: "hub leaders, mentors and the programme team",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam, Role.HubLeader, Role.Mentor),
};
