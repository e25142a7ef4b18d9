import { BadInput, Refusal } from "@psqm/refusal/refusal";
import type { Transitions } from "@psqm/refusal/transitions";
import { CandidacyKind } from "./candidacy-kind.rules.ts";

export enum CandidacyState {
  Submitted = "SUBMITTED",
  Appointed = "APPOINTED",
}

export const candidacyTransitions: Transitions<CandidacyState> = {
  [CandidacyState.Submitted]: [CandidacyState.Appointed],
  [CandidacyState.Appointed]: [],
};

const LONGEST_STATEMENT = 5000;

/** @throws BadInput unless the trimmed statement has 1 to 5000 characters */
export function candidacyStatement(text: string): string {
  const statement = text.trim();
  const length = [...statement].length;
  if (length >= 1 && length <= LONGEST_STATEMENT) return statement;
  throw new BadInput(`A statement has 1 to ${LONGEST_STATEMENT} characters; this has ${length}.`);
}

export class AlreadyApplied extends Refusal {
  constructor(kind: CandidacyKind) {
    super(
      "ALREADY_APPLIED",
      `You have already applied as ${kind === CandidacyKind.HubLeader ? "hub leader" : "mentor"}. The programme team will answer.`,
    );
  }
}
