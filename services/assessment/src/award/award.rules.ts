import { addYears, type Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";
import { type FrameworkVersion, type Mark, missingCriteria } from "../framework/framework.rules.ts";

const YEARS_VALID = 3;

/**
 * The last London day on which an award is valid. "Valid for 3 years from the date awarded" (document 002): a period
 * *from* a date leaves that date out, so the last day is the same day three years on, inclusive (ours). An award of
 * 29 February ends on 28 February.
 */
export function validUntil(awardedOn: Day): Day {
  return addYears(awardedOn, YEARS_VALID);
}

export class CriteriaNotMet extends Refusal {
  constructor(mark: Mark, missing: readonly string[]) {
    super(
      "CRITERIA_NOT_MET",
      `${mark} also asks for ${missing.join(", ")}, on which the school has submitted nothing. Award a mark that it has met.`,
      { missing },
    );
  }
}

export class ReviewMissing extends Refusal {
  constructor() {
    super("REVIEW_MISSING", "A decision rests on at least one completed review; this submission has none yet.");
  }
}

/**
 * The mark may be another than the school aimed at, but no mark without its criteria.
 * @throws CriteriaNotMet naming the criteria of the mark on which nothing was submitted
 */
export function assertCriteriaMet(framework: FrameworkVersion, mark: Mark, submitted: Iterable<string>): void {
  const missing = missingCriteria(framework, mark, submitted);
  if (missing.length > 0) throw new CriteriaNotMet(mark, missing);
}
