import { hasRole, Role } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

export const programmeTeam: Policy<unknown> = {
  name: "programme-team",
  who: "the programme team",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam),
};

/** What the platform's own commands do, and the programme team may. */
export const programmeTeamOrPlatform: Policy<unknown> = {
  name: "programme-team-or-platform",
  who: "the programme team and the platform's own commands",
  allows: (viewer) => viewer.kind === "system" || hasRole(viewer, Role.ProgrammeTeam),
};
