import { defineEntity, p } from "@mikro-orm/core";
import type { CalendarAudience, MilestoneKey } from "../calendar/calendar.rules.ts";

/** That, and on which London day, something in an enrolment's calendar was done. The first word stands. */
export const MilestoneFactSchema = defineEntity({
  name: "MilestoneFact",
  tableName: "milestone_fact",
  properties: {
    enrolmentId: p.text().primary(),
    audience: p.text().$type<CalendarAudience>().primary(),
    key: p.text().$type<MilestoneKey>().primary(),
    doneOn: p.date(),
  },
});

export class MilestoneFact extends MilestoneFactSchema.class {}
MilestoneFactSchema.setClass(MilestoneFact);
