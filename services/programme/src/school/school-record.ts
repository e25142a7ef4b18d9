import { defineEntity, p } from "@mikro-orm/core";

/** What people has told us of a school: for registrations, for whom a confirmation is told, and for hubs that may help. */
export const SchoolRecordSchema = defineEntity({
  name: "SchoolRecord",
  tableName: "school",
  properties: {
    id: p.text().primary(),
    urn: p.text(),
    name: p.text(),
    localAuthority: p.text(),
    status: p.text(),
    /** The register's words; null until people has told them. */
    phase: p.text().nullable(),
    type: p.text().nullable(),
    pupils: p.integer().nullable(),
    /** British National Grid, in metres. */
    easting: p.integer().nullable(),
    northing: p.integer().nullable(),
  },
});

export class SchoolRecord extends SchoolRecordSchema.class {}
SchoolRecordSchema.setClass(SchoolRecord);
