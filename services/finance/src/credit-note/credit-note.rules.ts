import type { Day } from "@psqm/clock/clock";
import type { Provenance } from "../rule-version/rule-version.rules.ts";

/** A school that leaves its round. */
export interface Left {
  leftOn: Day;
  /** The first day of the round. */
  roundStartsOn: Day;
  /** Whether it goes on in a later round. */
  deferred: boolean;
}

export interface Credit extends Provenance {
  /** What is taken off the invoice; 0 to its total. */
  amountPence: number;
  reason: string;
}

/**
 * What a school that leaves gets off its invoice. The documents are silent, so all of it is ours: who goes on in a later
 * round pays that round's fee instead of this one's; who leaves before the round has begun has had nothing and owes
 * nothing; who leaves a round that has begun owes its fee, for the place was kept and the training given.
 * @param totalPence of the invoice
 */
export function creditFor(totalPence: number, { leftOn, roundStartsOn, deferred }: Left): Credit {
  const provenance = { rule: "leaving", version: "leaving-1", citation: "ours; no document speaks of leaving" };
  if (deferred) {
    return { ...provenance, amountPence: totalPence, reason: "Deferred: the fee of the later round is owed instead." };
  }
  if (leftOn < roundStartsOn) {
    return { ...provenance, amountPence: totalPence, reason: `Left before the round began on ${roundStartsOn}.` };
  }
  return {
    ...provenance,
    amountPence: 0,
    reason: `Left after the round began on ${roundStartsOn}: the fee stays owed.`,
  };
}

/** `PSQM-C-000001`, `PSQM-C-000002` … */
export function creditNoteNumber(count: number): string {
  return `PSQM-C-${String(count).padStart(6, "0")}`;
}
