import { hasRole, Role, supportsHub } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

export const programmeTeam: Policy<unknown> = {
  name: "programme-team",
  who: "the programme team",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam),
};

/** How full a hub is concerns those who fill it and those who work in it. */
export const hubCapacity: Policy<{ id: string }> = {
  name: "hub-capacity",
  who: "the programme team, and the leaders and mentors of the hub",
  allows: (viewer, hub) => hasRole(viewer, Role.ProgrammeTeam) || supportsHub(viewer, hub.id),
};
