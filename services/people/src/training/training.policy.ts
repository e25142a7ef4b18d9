import { hasRole, Role, type Viewer } from "@psqm/identity/viewer";

/** The training log and the membership of the ASE are between the person and the programme team. */
export function readsStandingOf(viewer: Viewer, personId: string): boolean {
  return hasRole(viewer, Role.ProgrammeTeam) || (viewer.personId !== null && viewer.personId === personId);
}
