import { londonDay } from "@psqm/clock/clock";
import { hasLeft } from "../enrolment/enrolment.rules.ts";
import type { Enrolment } from "../enrolment/enrolment.ts";
import type { EnrolmentMove } from "../enrolment/enrolment-move.ts";
import type { Round } from "../round/round.ts";
import type { EntitlementFacts } from "./entitlement.rules.ts";

/** What an enrolment's clocks run by; null before the school has taken its place. */
export function entitlementFacts(
  { confirmedOn, awardValidUntil }: Enrolment,
  { startsOn, notifiesOn }: Round,
  history: readonly EnrolmentMove[],
): EntitlementFacts | null {
  if (!confirmedOn) return null;
  const left = history.find(({ to }) => hasLeft(to));
  return {
    confirmedOn,
    startsOn,
    notifiesOn,
    awardValidUntil: awardValidUntil ?? null,
    leftOn: left ? londonDay(left.at) : null,
  };
}
