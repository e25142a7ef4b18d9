import { expect, test } from "@jest/globals";
import { assertTransition } from "@psqm/refusal/transitions";
import { SubmissionState, submissionState } from "../submission/submission.rules.ts";
import {
  assessmentTransitions,
  reflectionsAreOpen,
  AssessmentState as S,
  TargetMarkState,
  targetMarkState,
} from "./assessment.rules.ts";

const allowed = new Set([
  "OPEN TARGET_PROPOSED",
  "TARGET_PROPOSED TARGET_PROPOSED",
  "TARGET_PROPOSED TARGET_AGREED",
  "TARGET_AGREED SIGNED_OFF",
  "SIGNED_OFF SUBMITTED",
  "SUBMITTED IN_REVIEW",
  "IN_REVIEW DECIDED",
]);
const states = Object.values(S);

test.each(states.flatMap((from) => states.map((to) => [from, to, allowed.has(`${from} ${to}`)] as const)))(
  "%s to %s is allowed: %s",
  (from, to, isAllowed) => {
    const attempt = () => assertTransition("assessment", assessmentTransitions, from, to);
    if (isAllowed) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(expect.objectContaining({ code: "ILLEGAL_TRANSITION" }));
  },
);

test.each([
  [S.Open, true, null, SubmissionState.Submitted],
  [S.TargetProposed, true, TargetMarkState.Proposed, SubmissionState.Submitted],
  [S.TargetAgreed, true, TargetMarkState.Agreed, SubmissionState.Submitted],
  [S.SignedOff, false, TargetMarkState.Agreed, SubmissionState.Submitted],
  [S.Submitted, false, TargetMarkState.Agreed, SubmissionState.Submitted],
  [S.InReview, false, TargetMarkState.Agreed, SubmissionState.InReview],
  [S.Decided, false, TargetMarkState.Agreed, SubmissionState.Decided],
])(
  "when %s, reflections are open: %s, the target mark is %s and a submission %s",
  (state, open, target, submission) => {
    expect(reflectionsAreOpen(state)).toBe(open);
    expect(targetMarkState(state)).toBe(target);
    expect(submissionState(state)).toBe(submission);
  },
);
