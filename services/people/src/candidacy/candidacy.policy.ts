import { hasRole, Role, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

export const candidacyPolicy: Policy<{ personId: string }> = {
  name: "candidacy",
  who: "the candidate and the programme team",
  allows: (viewer, candidacy) =>
    hasRole(viewer, Role.ProgrammeTeam) || (viewer.personId !== null && viewer.personId === candidacy.personId),
};

/** Whether the viewer may know that a person is a candidate. */
export function seesCandidacyOf(viewer: Viewer, personId: string): boolean {
  return candidacyPolicy.allows(viewer, { personId });
}
