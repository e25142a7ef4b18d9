import { defineEntity, p } from "@mikro-orm/core";

/** A membership that makes a person the subject leader of a school, as people has told us. */
export const SubjectLeaderSchema = defineEntity({
  name: "SubjectLeader",
  tableName: "subject_leader",
  properties: {
    membershipId: p.text().primary(),
    schoolId: p.text(),
    personId: p.text(),
    startedOn: p.date(),
    endedOn: p.date().nullable(),
  },
});

export class SubjectLeader extends SubjectLeaderSchema.class {}
SubjectLeaderSchema.setClass(SubjectLeader);
