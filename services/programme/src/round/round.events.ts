import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { CalendarPattern } from "../calendar/calendar.rules.ts";
import type { PinnedRules } from "../rule-version/rule-version.rules.ts";

/** Aggregate of both: the round. */
export const roundOpened = eventType<{
  roundId: string;
  number: number;
  pattern: CalendarPattern;
  startsOn: Day;
  submissionDueOn: Day;
  notifiesOn: Day;
  rules: PinnedRules;
}>("round.opened");

/** Some of a round's days were moved; these are its dates now. */
export const roundMoved = eventType<{ roundId: string; startsOn: Day; submissionDueOn: Day; notifiesOn: Day }>(
  "round.moved",
);
