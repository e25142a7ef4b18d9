import { BadInput, Refusal } from "@psqm/refusal/refusal";
import type { Transitions } from "@psqm/refusal/transitions";
import type { Specification } from "../specification/specification.rules.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";

export enum CandidacyState {
  Draft = "DRAFT",
  Submitted = "SUBMITTED",
  UnderReview = "UNDER_REVIEW",
  EvidenceAsked = "EVIDENCE_ASKED",
  Appointed = "APPOINTED",
  Declined = "DECLINED",
}

export const candidacyTransitions: Transitions<CandidacyState> = {
  [CandidacyState.Draft]: [CandidacyState.Submitted],
  // Somebody may be appointed to a hub while their candidacy waits: that settles it without a review.
  [CandidacyState.Submitted]: [CandidacyState.UnderReview, CandidacyState.Appointed],
  [CandidacyState.UnderReview]: [CandidacyState.EvidenceAsked, CandidacyState.Appointed, CandidacyState.Declined],
  // Who never answers is decided on by what there is.
  [CandidacyState.EvidenceAsked]: [CandidacyState.UnderReview, CandidacyState.Appointed, CandidacyState.Declined],
  [CandidacyState.Appointed]: [],
  [CandidacyState.Declined]: [],
};

/** Handed in and not decided: whoever has one of these is a candidate. */
export const pendingStates: readonly CandidacyState[] = [
  CandidacyState.Submitted,
  CandidacyState.UnderReview,
  CandidacyState.EvidenceAsked,
];

/** While it is in one of these the candidate writes on it. */
const writableStates: readonly CandidacyState[] = [CandidacyState.Draft, CandidacyState.EvidenceAsked];

/** States that tell the candidate something: what was found by then, they may read from then on. */
export const answeringStates: readonly CandidacyState[] = [
  CandidacyState.EvidenceAsked,
  CandidacyState.Appointed,
  CandidacyState.Declined,
];

const LONGEST_TEXT = 5000;

/** @throws BadInput unless the trimmed statement has 1 to 5000 characters */
export function candidacyStatement(text: string): string {
  return boundedText("A statement", text);
}

/** What the team writes to the candidate: what to add, or why not. @throws BadInput unless it has 1 to 5000 characters */
export function candidacyAnswer(text: string): string {
  return boundedText("A word to the candidate", text);
}

export function boundedText(what: string, text: string, longest = LONGEST_TEXT): string {
  const trimmed = text.trim();
  const length = [...trimmed].length;
  if (length >= 1 && length <= longest) return trimmed;
  throw new BadInput(`${what} has 1 to ${longest} characters; this has ${length}.`);
}

/** @throws SpecificationNotForKind when one cannot apply for this by that specification */
export function assertSpecificationFor(specification: Specification, kind: CandidacyKind): void {
  if (!specification.kinds.includes(kind)) throw new SpecificationNotForKind(specification, kind);
}

/** @throws CandidacyClosed unless the candidate may write on it now */
export function assertWritable(state: CandidacyState): void {
  if (!writableStates.includes(state)) throw new CandidacyClosed(state);
}

const named = (kind: CandidacyKind): string => (kind === CandidacyKind.HubLeader ? "hub leader" : "mentor");

export class AlreadyApplied extends Refusal {
  constructor(kind: CandidacyKind, candidacyId: string) {
    super(
      "ALREADY_APPLIED",
      `You have a candidacy for ${named(kind)} already, and it is not decided. Go on with that one: ${candidacyId}.`,
      { candidacyId },
    );
  }
}

export class SpecificationNotForKind extends Refusal {
  constructor({ version, kinds }: Specification, kind: CandidacyKind) {
    super(
      "SPECIFICATION_NOT_FOR_KIND",
      `${version} is for ${kinds.map(named).join(" and ")}, not for ${named(kind)}. Leave the version out to get the current one.`,
    );
  }
}

export class CandidacyClosed extends Refusal {
  constructor(state: CandidacyState) {
    super(
      "CANDIDACY_CLOSED",
      `The candidate writes on a candidacy while it is DRAFT or EVIDENCE_ASKED; this one is ${state}. Tell the programme team what has changed.`,
      { state },
    );
  }
}

export class NotUnderReview extends Refusal {
  constructor(state: CandidacyState) {
    super("NOT_UNDER_REVIEW", `Verdicts are given while a candidacy is UNDER_REVIEW; this one is ${state}.`, { state });
  }
}

export class EvidenceMissing extends Refusal {
  constructor(criteria: readonly string[]) {
    super(
      "EVIDENCE_MISSING",
      `Every criterion asked of you needs evidence before you submit; there is none for ${criteria.join(", ")}.`,
      { criteria },
    );
  }
}

export class CriteriaNotMet extends Refusal {
  constructor(criteria: readonly string[]) {
    super(
      "CRITERIA_NOT_MET",
      `A candidate is appointed once every criterion is MET; ${criteria.join(", ")} is not. Give the verdicts, ask for more evidence, or decline.`,
      { criteria },
    );
  }
}

export class OwnCandidacy extends Refusal {
  constructor() {
    super("OWN_CANDIDACY", "This candidacy is your own. Somebody else of the programme team decides on it.");
  }
}
