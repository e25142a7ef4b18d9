import type { FilterQuery } from "@mikro-orm/core";
import { hasRole, Role, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { CandidacyState } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";

const isCandidate = (viewer: Viewer, personId: string): boolean =>
  viewer.personId !== null && viewer.personId === personId;

export const candidacyPolicy: Policy<{ personId: string; state: CandidacyState }> = {
  name: "candidacy",
  who: "the candidate and, once it is handed in, the programme team",
  allows: (viewer, { personId, state }) =>
    isCandidate(viewer, personId) || (state !== CandidacyState.Draft && hasRole(viewer, Role.ProgrammeTeam)),
};

/** {@link candidacyPolicy} for lists. */
export function visibleCandidacies(viewer: Viewer): FilterQuery<Candidacy> {
  const own = { personId: viewer.personId ?? "" };
  return hasRole(viewer, Role.ProgrammeTeam) ? { $or: [own, { state: { $ne: CandidacyState.Draft } }] } : own;
}

export const candidateSelf: Policy<{ personId: string }> = {
  name: "candidate-self",
  who: "the candidate",
  allows: (viewer, { personId }) => isCandidate(viewer, personId),
};

/** Whether the viewer may know that a person is a candidate. */
export function seesCandidacyOf(viewer: Viewer, personId: string): boolean {
  return hasRole(viewer, Role.ProgrammeTeam) || isCandidate(viewer, personId);
}
