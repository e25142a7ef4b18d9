import { defineEntity, p } from "@mikro-orm/core";

/** Which hub supports which school, by an enrolment that programme confirmed: it decides who may see whom. */
export const SchoolSupportSchema = defineEntity({
  name: "SchoolSupport",
  tableName: "school_support",
  properties: {
    enrolmentId: p.string().primary(),
    schoolId: p.string(),
    hubId: p.string(),
    confirmedOn: p.date(),
    /** The day the school withdrew. */
    endedOn: p.date().nullable(),
  },
});

export class SchoolSupport extends SchoolSupportSchema.class {}
SchoolSupportSchema.setClass(SchoolSupport);
