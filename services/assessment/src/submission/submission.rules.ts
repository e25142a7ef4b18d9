import { AssessmentState } from "../assessment/assessment.rules.ts";

/** Where a submission stands: the last part of its assessment's states. */
export enum SubmissionState {
  Submitted = "SUBMITTED",
  InReview = "IN_REVIEW",
  Decided = "DECIDED",
}

/** A submission itself never changes; its state is its assessment's. */
export function submissionState(state: AssessmentState): SubmissionState {
  if (state === AssessmentState.Decided) return SubmissionState.Decided;
  if (state === AssessmentState.InReview) return SubmissionState.InReview;
  return SubmissionState.Submitted;
}
