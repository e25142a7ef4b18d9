import { defineEntity, p } from "@mikro-orm/core";

export const MemberSchema = defineEntity({
  name: "Member",
  tableName: "member",
  properties: {
    id: p.text().primary(),
    personId: p.text(),
    schoolId: p.text().nullable(),
    hubId: p.text().nullable(),
  },
});

/** People's fact, kept for our own reading: who takes part in the conversations of a school or of a hub now. */
export class Member extends MemberSchema.class {}
MemberSchema.setClass(Member);
