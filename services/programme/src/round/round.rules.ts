import { BadInput, Refusal } from "@psqm/refusal/refusal";
import type { Transitions } from "@psqm/refusal/transitions";

/** Whether schools may still register. The documents name no last day, so the programme team closes it (ours). */
export enum RoundState {
  Open = "OPEN",
  Closed = "CLOSED",
}

export const roundTransitions: Transitions<RoundState> = {
  [RoundState.Open]: [RoundState.Closed],
  [RoundState.Closed]: [],
};

export class RoundClosed extends Refusal {
  constructor(number: number) {
    super("ROUND_CLOSED", `Registration for round ${number} is closed. Register for a later round.`, { number });
  }
}

export class RoundNumberTaken extends Refusal {
  constructor(number: number) {
    super("ROUND_NUMBER_TAKEN", `There is a round ${number} already. Give the next free number.`, { number });
  }
}

/** @throws RoundClosed */
export function assertOpenForRegistration(round: { number: number; state: RoundState }): void {
  if (round.state !== RoundState.Open) throw new RoundClosed(round.number);
}

/** @throws BadInput for a number or a year that no round can have */
export function assertRoundInput({ number, year }: { number: number; year: number }): void {
  if (number < 1 || number > 999) throw new BadInput(`A round's number is 1 to 999; this is ${number}.`);
  if (year < 2000 || year > 2100) throw new BadInput(`A round's year is 2000 to 2100; this is ${year}.`);
}
