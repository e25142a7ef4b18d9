import { londonDay } from "@psqm/clock/clock";
import { type Handler, on } from "@psqm/events/consumer";
import { z } from "zod";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { recordFact } from "./record-fact.ts";

const ofEnrolment = z.object({ enrolmentId: z.string() });
const { School, HubLeader } = CalendarAudience;

/**
 * What happened in assessment, as done rows of the calendars. Agreeing to a mark closes both sides' row of it; a
 * submission needs the hub leader's sign-off first (C11), so it also says that the leader has finalised it.
 */
export const factHandlers: readonly Handler[] = [
  on("assessment", "target-mark.agreed", ofEnrolment, (tx, { enrolmentId }, { occurredAt }) =>
    recordFact(tx, enrolmentId, "TARGET_MARK", [School, HubLeader], londonDay(occurredAt)),
  ),
  on("assessment", "submission.submitted", ofEnrolment, (tx, { enrolmentId }, { occurredAt }) =>
    recordFact(tx, enrolmentId, "SUBMISSION", [School, HubLeader], londonDay(occurredAt)),
  ),
  on("assessment", "award.made", ofEnrolment, (tx, { enrolmentId }, { occurredAt }) =>
    recordFact(tx, enrolmentId, "NOTIFICATION", [School], londonDay(occurredAt)),
  ),
  on("assessment", "award.not-yet", ofEnrolment, (tx, { enrolmentId }, { occurredAt }) =>
    recordFact(tx, enrolmentId, "NOTIFICATION", [School], londonDay(occurredAt)),
  ),
];
