import { defineEntity, p } from "@mikro-orm/core";
import type { Role } from "@psqm/identity/viewer";

/** A person's dated role in a school, as people has told us. */
export const SchoolMemberSchema = defineEntity({
  name: "SchoolMember",
  tableName: "school_member",
  properties: {
    membershipId: p.text().primary(),
    schoolId: p.text(),
    personId: p.text(),
    role: p.text().$type<Role>(),
    startedOn: p.date(),
    endedOn: p.date().nullable(),
  },
});

export class SchoolMember extends SchoolMemberSchema.class {}
SchoolMemberSchema.setClass(SchoolMember);
