import type { Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { boundedText } from "../candidacy/candidacy.rules.ts";
import { evidenceKindsOf, type SpecificationCriterion } from "../specification/specification.rules.ts";

/** Far more than anybody reads (ours). */
export const MOST_EVIDENCE_OF_A_CRITERION = 20;

const LONGEST_REFEREE = 300;

export interface EvidenceGiven {
  kind: string;
  text: string;
  startedOn: Day | null;
  endedOn: Day | null;
  referee: string | null;
}

/**
 * What is kept of a piece of evidence: texts trimmed, an empty referee as none.
 * @param today nothing that is evidence began after it
 * @throws BadInput naming what is wrong
 */
export function evidenceGiven(criterion: SpecificationCriterion, given: EvidenceGiven, today: Day): EvidenceGiven {
  const kinds = evidenceKindsOf(criterion).map(({ code }) => code);
  if (!kinds.includes(given.kind)) {
    throw new BadInput(
      `Evidence for ${criterion.code} is of a kind ${kinds.join(", ")}; "${given.kind}" is none of them. OTHER is always possible.`,
    );
  }
  assertDays(given, today);
  const referee = given.referee?.trim() || null;
  return {
    ...given,
    text: boundedText("Evidence", given.text),
    referee: referee && boundedText("A referee", referee, LONGEST_REFEREE),
  };
}

function assertDays({ startedOn, endedOn }: EvidenceGiven, today: Day): void {
  if (startedOn !== null && startedOn > today) {
    throw new BadInput(`Evidence is of what has begun; ${startedOn} is after today, ${today}.`);
  }
  if (endedOn !== null && (startedOn === null || endedOn < startedOn)) {
    throw new BadInput(`What ended on ${endedOn} began on that day or before; give the day it began.`);
  }
}

/** @throws BadInput naming what is asked for when this criterion is not */
export function criterionAsked(asked: readonly SpecificationCriterion[], code: string): SpecificationCriterion {
  const found = asked.find((criterion) => criterion.code === code);
  if (found) return found;
  const codes = asked.map((criterion) => criterion.code);
  throw new BadInput(`"${code}" is not asked for in this candidacy. Its criteria are ${codes.join(", ")}.`);
}

/** Codes of the criteria asked for that no evidence is about, in their order. */
export function missingEvidence(
  asked: readonly SpecificationCriterion[],
  evidence: readonly { criterion: string }[],
): string[] {
  const shown = new Set(evidence.map(({ criterion }) => criterion));
  return asked.map(({ code }) => code).filter((code) => !shown.has(code));
}

export class TooMuchEvidence extends Refusal {
  constructor(criterion: string) {
    super(
      "TOO_MUCH_EVIDENCE",
      `A criterion takes ${MOST_EVIDENCE_OF_A_CRITERION} pieces of evidence, and ${criterion} has them. Rewrite the weakest.`,
    );
  }
}
