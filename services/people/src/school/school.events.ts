import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { SchoolStatus } from "./school.rules.ts";

/** The one aggregate of all changes of the register: they arrive in the order of the imports. */
export const SCHOOL_REGISTER = "school-register";

export interface ChangedSchool {
  schoolId: string;
  urn: string;
  name: string;
  localAuthority: string;
  phase: string;
  type: string;
  status: SchoolStatus;
  pupils: number | null;
  pupilsCountedOn: Day | null;
}

/** Schools that are new in the register or differ from what was known; at most 500 in one event. */
export const schoolsChanged = eventType<{ schools: ChangedSchool[] }>("schools.changed");
