import { defineEntity, p } from "@mikro-orm/core";

/** Who has belonged to which school, as people tells; kept to find reviewers who have no relation to a school. */
export const SchoolMembershipSchema = defineEntity({
  name: "SchoolMembership",
  tableName: "school_membership",
  properties: {
    membershipId: p.string().primary(),
    schoolId: p.string(),
    personId: p.string(),
    role: p.string(),
    startedOn: p.date(),
    endedOn: p.date().nullable(),
  },
});
export class SchoolMembership extends SchoolMembershipSchema.class {}
SchoolMembershipSchema.setClass(SchoolMembership);

/** Who has led or mentored which hub, as people tells. */
export const HubAppointmentSchema = defineEntity({
  name: "HubAppointment",
  tableName: "hub_appointment",
  properties: {
    appointmentId: p.string().primary(),
    hubId: p.string(),
    personId: p.string(),
    role: p.string(),
    startedOn: p.date(),
    endedOn: p.date().nullable(),
  },
});
export class HubAppointment extends HubAppointmentSchema.class {}
HubAppointmentSchema.setClass(HubAppointment);
