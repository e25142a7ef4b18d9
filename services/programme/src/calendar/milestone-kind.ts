import { registerEnumType } from "type-graphql";
import type { MilestoneKey } from "./calendar.rules.ts";

/** The keys of calendars, as the graph names them. */
export const MilestoneKind = {
  INVITATION: "INVITATION",
  SESSION_1: "SESSION_1",
  AUDIT: "AUDIT",
  TARGET_MARK: "TARGET_MARK",
  ACTION_PLAN: "ACTION_PLAN",
  SESSION_2: "SESSION_2",
  IMPLEMENTATION: "IMPLEMENTATION",
  SESSION_3: "SESSION_3",
  SESSION_4: "SESSION_4",
  SUBMISSION: "SUBMISSION",
  REVIEW: "REVIEW",
  NOTIFICATION: "NOTIFICATION",
  CEREMONY: "CEREMONY",
  SUPPORT: "SUPPORT",
} as const satisfies { [Key in MilestoneKey]: Key };

registerEnumType(MilestoneKind, {
  name: "MilestoneKind",
  description: "A row of a calendar.",
  valuesConfig: {
    INVITATION: { description: "The hub leader contacts subject leaders and invites them." },
    SESSION_1: { description: "Day 1 or session 1." },
    AUDIT: { description: "The school audits its practice." },
    TARGET_MARK: { description: "The target mark is decided on, or assigned." },
    ACTION_PLAN: { description: "The action plan is completed, or reviewed." },
    SESSION_2: { description: "Session 2." },
    IMPLEMENTATION: { description: "The action plan is carried out." },
    SESSION_3: { description: "Session 3." },
    SESSION_4: { description: "Day 2 or session 4." },
    SUBMISSION: { description: "Reflections are submitted, or finalised." },
    REVIEW: { description: "Submissions are reviewed." },
    NOTIFICATION: { description: "Outcomes are told." },
    CEREMONY: { description: "The award ceremony." },
    SUPPORT: { description: "The hub leader talks with the subject leader all year." },
  },
});
