import { hasRole, Role, supportsHub } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

/** Whose call it can be; which hub's, the verb decides. */
export const mentoringPeople: Policy<unknown> = {
  name: "mentoring-people",
  who: "hub leaders and mentors",
  allows: (viewer) => hasRole(viewer, Role.HubLeader, Role.Mentor),
};

export const mayMentor: Policy<{ hubId?: string | null }> = {
  name: "may-mentor",
  who: "the leaders and mentors of its hub",
  allows: (viewer, { hubId }) => hubId != null && supportsHub(viewer, hubId),
};
