import type { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";

/** Whom a criterion is asked of, where it is not asked of everybody. */
export enum CriterionCondition {
  HubLeadersOnly = "HUB_LEADERS_ONLY",
  TeachersOnly = "TEACHERS_ONLY",
}

/** The kind of evidence that no list names: "This list is not exhaustive, other evidence will be considered." */
export const OTHER_EVIDENCE = "OTHER";

export interface EvidenceKind {
  /** What a piece of evidence is filed as; unique within its criterion. */
  code: string;
  description: string;
}

/** One thing that a hub leader or mentor undertakes to do. */
export interface Commitment {
  /** The same in every version. */
  code: string;
  description: string;
  /** How often in a year, where the document says so. */
  timesAYear: number | null;
  /** At most how many minutes for each participating school, where the document says so. */
  minutesPerSchool: number | null;
  /** Asked for, but not required. */
  isRecommendation: boolean;
}

export interface SpecificationCriterion {
  /** The same for the same quality in every version; what evidence and verdicts are filed under. */
  code: string;
  /** Its number in the document. */
  number: number;
  title: string;
  condition: CriterionCondition | null;
  /** What the document says about the evidence as a whole. */
  guidance: string | null;
  suggestedEvidence: readonly EvidenceKind[];
  commitments: readonly Commitment[];
}

/** One version of the person specification; a candidacy pins it by `version`. */
export interface Specification {
  version: string;
  /** The document and passage it is taken from. */
  citation: string;
  /** What one may apply to be by it. */
  kinds: readonly CandidacyKind[];
  criteria: readonly SpecificationCriterion[];
}

/** Who is measured by a specification. */
export interface Measured {
  kind: CandidacyKind;
  isTeacher: boolean;
}

const asked: Readonly<Record<CriterionCondition, (measured: Measured) => boolean>> = {
  [CriterionCondition.HubLeadersOnly]: ({ kind }) => String(kind) === "HUB_LEADER",
  [CriterionCondition.TeachersOnly]: ({ isTeacher }) => isTeacher,
};

/** The criteria that are asked of somebody, in the document's order. */
export function criteriaAskedOf(specification: Specification, measured: Measured): SpecificationCriterion[] {
  return specification.criteria.filter(({ condition }) => condition === null || asked[condition](measured));
}

/** What a piece of evidence for the criterion may be filed as: what the document suggests, and always OTHER. */
export function evidenceKindsOf(criterion: SpecificationCriterion): EvidenceKind[] {
  return [
    ...criterion.suggestedEvidence,
    { code: OTHER_EVIDENCE, description: "Other evidence. The list is not exhaustive." },
  ];
}
