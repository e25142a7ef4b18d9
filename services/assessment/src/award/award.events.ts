import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { Mark } from "../framework/framework.rules.ts";

/** Aggregate: the enrolment. */
export const awardMade = eventType<{
  awardId: string;
  enrolmentId: string;
  schoolId: string;
  mark: Mark;
  /** London days; the award is valid on both. */
  awardedOn: Day;
  validUntil: Day;
}>("award.made");

/** Aggregate: the enrolment. The programme team has decided that no mark is reached yet. */
export const awardNotYet = eventType<{
  submissionId: string;
  enrolmentId: string;
  schoolId: string;
  decidedOn: Day;
}>("award.not-yet");
