import { eventType } from "@psqm/events/event";
import type { Mark } from "../framework/framework.rules.ts";

/** Aggregate: the enrolment. Finance accrues the hub leader's fee for the school from it. */
export const submissionSubmitted = eventType<{
  submissionId: string;
  enrolmentId: string;
  schoolId: string;
  hubId: string;
  /** Who signed off. */
  hubLeaderId: string;
  mark: Mark;
  /** UTC instant, ISO. */
  submittedAt: string;
  /** Version of the pay rates that the enrolment's round has pinned. */
  payRates: string;
}>("submission.submitted");

/** Aggregate: the enrolment. Told once, when the first reviewer is assigned. */
export const reviewStarted = eventType<{ submissionId: string; enrolmentId: string }>("submission.review-started");
