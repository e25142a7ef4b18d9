import type { Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";
import type { Transitions } from "@psqm/refusal/transitions";
import { type FrameworkVersion, type Mark, missingCriteria } from "../framework/framework.rules.ts";

/** Where a school's year of assessment stands. */
export enum AssessmentState {
  Open = "OPEN",
  TargetProposed = "TARGET_PROPOSED",
  TargetAgreed = "TARGET_AGREED",
  SignedOff = "SIGNED_OFF",
  Submitted = "SUBMITTED",
  InReview = "IN_REVIEW",
  Decided = "DECIDED",
}

const S = AssessmentState;

/** The school may propose another mark until its hub leader has agreed to one. */
export const assessmentTransitions: Transitions<AssessmentState> = {
  [S.Open]: [S.TargetProposed],
  [S.TargetProposed]: [S.TargetProposed, S.TargetAgreed],
  [S.TargetAgreed]: [S.SignedOff],
  [S.SignedOff]: [S.Submitted],
  [S.Submitted]: [S.InReview],
  [S.InReview]: [S.Decided],
  [S.Decided]: [],
};

export enum TargetMarkState {
  Proposed = "PROPOSED",
  Agreed = "AGREED",
}

/** Whether the target mark is only proposed or also agreed; null before there is one. */
export function targetMarkState(state: AssessmentState): TargetMarkState | null {
  if (state === S.Open) return null;
  return state === S.TargetProposed ? TargetMarkState.Proposed : TargetMarkState.Agreed;
}

/** Reflections can be written until the hub leader has signed off what they say. */
export function reflectionsAreOpen(state: AssessmentState): boolean {
  return state === S.Open || state === S.TargetProposed || state === S.TargetAgreed;
}

/** Who agrees must agree to what was proposed, not to something that was changed meanwhile (DOMAIN C10). */
export class MarkNotProposed extends Refusal {
  constructor(agreed: Mark, proposed: Mark | null) {
    super(
      "MARK_NOT_PROPOSED",
      proposed
        ? `The school proposes ${proposed}, not ${agreed}. Agree to ${proposed}, or ask the school to propose ${agreed}.`
        : `The school has not proposed a mark yet. Ask its subject leader to propose ${agreed}.`,
      { proposed },
    );
  }
}

/** A school that has left its round moves on no more in it; what it did stays to be seen. */
export class EnrolmentWithdrawn extends Refusal {
  constructor(withdrawnOn: Day) {
    super(
      "ENROLMENT_WITHDRAWN",
      `The school left this round on ${withdrawnOn}, so its assessment has ended. It goes on where it is enrolled anew.`,
    );
  }
}

export class Incomplete extends Refusal {
  constructor(mark: Mark, missing: readonly string[]) {
    super(
      "INCOMPLETE",
      `${mark} needs a reflection for each of its criteria; missing: ${missing.join(", ")}. Write them, then sign off.`,
      { missing },
    );
  }
}

/** @throws Incomplete naming every criterion of the mark that has no reflection */
export function assertComplete(framework: FrameworkVersion, mark: Mark, written: Iterable<string>): void {
  const missing = missingCriteria(framework, mark, written);
  if (missing.length > 0) throw new Incomplete(mark, missing);
}
