import type { Transitions } from "@psqm/refusal/transitions";

/** Where a hub leader's call for help stands (document 001: "inform PSQM HQ of issues that they are unable to resolve"). */
export enum EscalationState {
  Open = "OPEN",
  Answered = "ANSWERED",
  Closed = "CLOSED",
}

const S = EscalationState;

/** An answer that does not help is asked about again. */
export const escalationTransitions: Transitions<EscalationState> = {
  [S.Open]: [S.Answered, S.Closed],
  [S.Answered]: [S.Open, S.Closed],
  [S.Closed]: [],
};
