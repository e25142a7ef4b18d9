import { seesSchool } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

/** The rule that people has for a school: who may not see it there learns nothing of it here. */
export const schoolVisible: Policy<{ id: string }> = {
  name: "school-visible",
  who: "its members, hub leaders and mentors, the programme team and finance",
  allows: (viewer, school) => seesSchool(viewer, school.id),
};
