import { on } from "@psqm/events/consumer";
import { z } from "zod";
import { hearSchoolsChanged } from "./hear-schools-changed.ts";

const changedSchool = z.object({
  schoolId: z.string(),
  urn: z.string(),
  name: z.string(),
  localAuthority: z.string(),
  status: z.string(),
  phase: z.string(),
  type: z.string().nullable().default(null),
  pupils: z.number().int().nullable(),
  easting: z.number().int().nullable().default(null),
  northing: z.number().int().nullable().default(null),
});

export const schoolHandlers = [
  on("people", "schools.changed", z.object({ schools: z.array(changedSchool) }), (tx, { schools }) =>
    hearSchoolsChanged(tx, schools),
  ),
];
