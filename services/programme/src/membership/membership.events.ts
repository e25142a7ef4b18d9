import { type Handler, on } from "@psqm/events/consumer";
import { Role } from "@psqm/identity/viewer";
import { z } from "zod";
import { hearMemberEnded, hearMemberStarted } from "./hear-school-member.ts";
import { HubAppointment } from "./hub-appointment.ts";

const membership = z.object({
  membershipId: z.string(),
  schoolId: z.string(),
  personId: z.string(),
  role: z.enum(Role),
  on: z.string(),
});

const appointment = z.object({
  appointmentId: z.string(),
  hubId: z.string(),
  personId: z.string(),
  role: z.enum(Role),
  on: z.string(),
});

/** Who belongs to which school and hub, as people tells it. */
export const membershipHandlers: readonly Handler[] = [
  on("people", "school-membership.started", membership, hearMemberStarted),
  on("people", "school-membership.ended", membership, hearMemberEnded),
  on("people", "hub-appointment.started", appointment, async ({ em }, { on: startedOn, ...started }) => {
    await em.upsert(HubAppointment, { ...started, startedOn, endedOn: null });
  }),
  on("people", "hub-appointment.ended", appointment, async ({ em }, { appointmentId, on: endedOn }) => {
    await em.nativeUpdate(HubAppointment, { appointmentId }, { endedOn });
  }),
];
