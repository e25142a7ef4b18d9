import { hasRole, Role } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

/** Who may call an operation at all; which rows they may do it to is decided behind the lock. */
function holders(name: string, who: string, ...roles: Role[]): Policy<unknown> {
  return { name, who, allows: (viewer) => hasRole(viewer, ...roles) };
}

export const programmeTeam = holders("programme-team", "the programme team", Role.ProgrammeTeam);
export const hubLeaders = holders("hub-leaders", "hub leaders", Role.HubLeader);
export const subjectLeaders = holders("subject-leaders", "subject leaders", Role.SubjectLeader);
export const participants = holders(
  "participants",
  "subject leaders and second participants",
  Role.SubjectLeader,
  Role.SecondParticipant,
);
