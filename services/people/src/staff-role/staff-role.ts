import { defineEntity, p } from "@mikro-orm/core";

/** A role that the programme's own staff hold, until it is taken from them. */
export const StaffRoleSchema = defineEntity({
  name: "StaffRole",
  tableName: "staff_role",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    role: p.string(),
    grantedOn: p.date(),
  },
});

export class StaffRole extends StaffRoleSchema.class {}
StaffRoleSchema.setClass(StaffRole);
