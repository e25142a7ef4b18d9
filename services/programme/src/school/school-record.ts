import { defineEntity, p } from "@mikro-orm/core";

/** What people has told us of a school: enough to decide on a registration and to tell others who was confirmed. */
export const SchoolRecordSchema = defineEntity({
  name: "SchoolRecord",
  tableName: "school",
  properties: {
    id: p.text().primary(),
    urn: p.text(),
    name: p.text(),
    localAuthority: p.text(),
    status: p.text(),
    pupils: p.integer().nullable(),
  },
});

export class SchoolRecord extends SchoolRecordSchema.class {}
SchoolRecordSchema.setClass(SchoolRecord);
