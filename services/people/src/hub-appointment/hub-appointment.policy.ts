import type { FilterQuery } from "@mikro-orm/core";
import { hasRole, Role, type Viewer } from "@psqm/identity/viewer";
import { asFilter, peopleVisibleTo } from "../person/person.policy.ts";
import type { HubAppointment } from "./hub-appointment.ts";

/** Appointments of people whom the viewer may see. */
export function visibleAppointments(viewer: Viewer): FilterQuery<HubAppointment> {
  return asFilter((alias) => peopleVisibleTo(viewer, `${alias}.person_id`));
}

/** Why it ended is between the person and the programme team. */
export function readsEndReason(viewer: Viewer, { personId }: { personId: string }): boolean {
  return hasRole(viewer, Role.ProgrammeTeam) || (viewer.personId !== null && viewer.personId === personId);
}
