import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { Role } from "@psqm/identity/viewer";

interface AppointmentFact {
  appointmentId: string;
  hubId: string;
  personId: string;
  role: Role;
  on: Day;
}

/** Somebody leads or mentors a hub from a day on; aggregate: the hub. */
export const appointmentStarted = eventType<AppointmentFact>("hub-appointment.started");

/** Somebody leads or mentors a hub no longer; aggregate: the hub. */
export const appointmentEnded = eventType<AppointmentFact>("hub-appointment.ended");
