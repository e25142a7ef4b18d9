import { defineEntity, p } from "@mikro-orm/core";
import type { Role } from "@psqm/identity/viewer";

/** A person's dated role in a hub, as people has told us. */
export const HubAppointmentSchema = defineEntity({
  name: "HubAppointment",
  tableName: "hub_appointment",
  properties: {
    appointmentId: p.text().primary(),
    hubId: p.text(),
    personId: p.text(),
    role: p.text().$type<Role>(),
    startedOn: p.date(),
    endedOn: p.date().nullable(),
  },
});

export class HubAppointment extends HubAppointmentSchema.class {}
HubAppointmentSchema.setClass(HubAppointment);
