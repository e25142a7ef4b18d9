import { eventType } from "@psqm/events/event";

/** Aggregate: the enrolment. Finance accrues the reviewer's fee from it. */
export const reviewCompleted = eventType<{
  reviewId: string;
  submissionId: string;
  enrolmentId: string;
  reviewerId: string;
  /** The hub of the school, not of the reviewer. */
  hubId: string;
  payRates: string;
  /** UTC instant, ISO. */
  completedAt: string;
}>("review.completed");
