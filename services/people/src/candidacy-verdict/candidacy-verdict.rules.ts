import type { SpecificationCriterion } from "../specification/specification.rules.ts";

/** What the programme team finds about one criterion. */
export enum CriterionVerdict {
  Met = "MET",
  MoreEvidence = "MORE_EVIDENCE",
  NotMet = "NOT_MET",
}

/** Codes of the criteria asked for without the verdict MET, in their order. */
export function criteriaNotMet(
  asked: readonly SpecificationCriterion[],
  verdicts: readonly { criterion: string; verdict: CriterionVerdict }[],
): string[] {
  const met = verdicts.filter(({ verdict }) => verdict === CriterionVerdict.Met).map(({ criterion }) => criterion);
  return asked.map(({ code }) => code).filter((code) => !met.includes(code));
}
