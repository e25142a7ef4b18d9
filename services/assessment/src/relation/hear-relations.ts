import { type Handler, on } from "@psqm/events/consumer";
import { z } from "zod";
import { HubAppointment, SchoolMembership } from "./relation.ts";

const membership = z.object({
  membershipId: z.string(),
  schoolId: z.string(),
  personId: z.string(),
  role: z.string(),
  on: z.iso.date(),
});

const appointment = z.object({
  appointmentId: z.string(),
  hubId: z.string(),
  personId: z.string(),
  role: z.string(),
  on: z.iso.date(),
});

/** Keeps the local picture of who belongs to which school and hub, past and present. */
export const hearRelations: readonly Handler[] = [
  on("people", "school-membership.started", membership, async ({ em }, { on: startedOn, ...started }) => {
    await em.upsert(SchoolMembership, { ...started, startedOn });
  }),
  on("people", "school-membership.ended", membership, async ({ em }, { membershipId, on: endedOn }) => {
    const ended = await em.findOneOrFail(SchoolMembership, { membershipId });
    ended.endedOn = endedOn;
  }),
  on("people", "hub-appointment.started", appointment, async ({ em }, { on: startedOn, ...started }) => {
    await em.upsert(HubAppointment, { ...started, startedOn });
  }),
  on("people", "hub-appointment.ended", appointment, async ({ em }, { appointmentId, on: endedOn }) => {
    const ended = await em.findOneOrFail(HubAppointment, { appointmentId });
    ended.endedOn = endedOn;
  }),
];
