import type { FilterQuery } from "@mikro-orm/core";
import type { Viewer } from "@psqm/identity/viewer";
import { asFilter, peopleVisibleTo } from "../person/person.policy.ts";
import type { HubAppointment } from "./hub-appointment.ts";

/** Appointments of people whom the viewer may see. */
export function visibleAppointments(viewer: Viewer): FilterQuery<HubAppointment> {
  return asFilter((alias) => peopleVisibleTo(viewer, `${alias}.person_id`));
}
