import type { Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import {
  type Milestone,
  type MovedMilestone,
  notifiesOn,
  startsOn,
  submissionDueOn,
  withMoved,
} from "../calendar/calendar.rules.ts";
import { NoSuchMilestone } from "../extension/extension.rules.ts";

/** A round begins, then schools submit, then outcomes are told. */
export class OutOfOrder extends Refusal {
  constructor(dates: RoundDates) {
    super(
      "OUT_OF_ORDER",
      `A round begins before schools submit, and outcomes are told after; this would be ${dates.startsOn}, ${dates.submissionDueOn}, ${dates.notifiesOn}. Move the others first.`,
      { ...dates },
    );
  }
}

export interface RoundDates {
  startsOn: Day;
  submissionDueOn: Day;
  notifiesOn: Day;
}

/**
 * The rows that a round has moved, with one more; its dates follow.
 * @param rules the round's calendar before anything was moved
 * @throws BadInput when it would end before it begins
 * @throws NoSuchMilestone, OutOfOrder
 */
export function moved(
  rules: readonly Milestone[],
  before: readonly MovedMilestone[],
  next: MovedMilestone,
): { moved: MovedMilestone[]; dates: RoundDates } {
  const { audience, key, from, until } = next;
  if (until < from) throw new BadInput(`A milestone ends on its first day or later; ${until} is before ${from}.`);
  if (!rules.some((row) => row.audience === audience && row.key === key)) throw new NoSuchMilestone(audience, key);
  const others = before.filter((row) => row.audience !== audience || row.key !== key);
  const all = [...others, next];
  const rows = withMoved(rules, all);
  const dates = { startsOn: startsOn(rows), submissionDueOn: submissionDueOn(rows), notifiesOn: notifiesOn(rows) };
  if (dates.startsOn >= dates.submissionDueOn || dates.submissionDueOn >= dates.notifiesOn) throw new OutOfOrder(dates);
  return { moved: all, dates };
}
