import { addDays, type Day } from "@psqm/clock/clock";
import { CalendarAudience, type Milestone, type MilestoneKey } from "../calendar/calendar.rules.ts";
import { BankHolidaysUnknown, workingDayFrom } from "../calendar/working-day.rules.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { type Extension, extended } from "../extension/extension.rules.ts";

/** How a milestone stands for one enrolment on one day. Computed from facts, never ticked by hand. */
export enum MilestoneState {
  Upcoming = "UPCOMING",
  Due = "DUE",
  Late = "LATE",
  Done = "DONE",
  Over = "OVER",
}

/** A fact of the enrolment that is a milestone's doing: on which London day, for whose calendar. */
export interface Fact {
  audience: CalendarAudience;
  key: MilestoneKey;
  doneOn: Day;
}

/** A milestone of a round, for one of its enrolments. */
export interface StandingMilestone extends Milestone {
  enrolmentId: string;
  /** `until`, or the working day after it; null where that year's bank holidays are not known. */
  dueBy: Day | null;
  doneOn: Day | null;
  state: MilestoneState;
  /** What one should know about it, e.g. that the bank holidays of its year are missing. */
  note: string | null;
}

/**
 * What the platform hears of, so that its absence means something. Of the other rows (audit, implementation, ceremony …)
 * nobody keeps a record here: when their time is over they are over, not late. An outcome is told to the school, so it
 * cannot be late with it.
 */
const duties: Readonly<Record<CalendarAudience, readonly MilestoneKey[]>> = {
  [CalendarAudience.School]: ["SESSION_1", "TARGET_MARK", "SESSION_2", "SESSION_3", "SESSION_4", "SUBMISSION"],
  [CalendarAudience.HubLeader]: ["SESSION_1", "TARGET_MARK", "SESSION_2", "SESSION_3", "SESSION_4", "SUBMISSION"],
};

/** Whether one can be late with a row of a calendar. */
export function isDuty({ audience, key }: Pick<Milestone, "audience" | "key">): boolean {
  return duties[audience].includes(key);
}

/** From the day that it takes its place, a school has a year with dates; who has left has none any more. */
export const statesWithMilestones: readonly EnrolmentState[] = [
  EnrolmentState.Confirmed,
  EnrolmentState.Active,
  EnrolmentState.Submitted,
  EnrolmentState.InReview,
  EnrolmentState.Notified,
  EnrolmentState.Awarded,
  EnrolmentState.NotAwarded,
  EnrolmentState.Expiring,
  EnrolmentState.Expired,
  EnrolmentState.Reaccrediting,
];

/** The outcome is told, and with it the year: what was missed is over, and nobody is late with it any more (ours). */
const decided: readonly EnrolmentState[] = [
  EnrolmentState.Awarded,
  EnrolmentState.NotAwarded,
  EnrolmentState.Expiring,
  EnrolmentState.Expired,
  EnrolmentState.Reaccrediting,
];

/**
 * How each row of a round's calendar stands for one enrolment.
 * @param today a London day
 * @param extensions later last days that it was given
 */
export function standingMilestones(
  enrolment: { id: string; state: EnrolmentState },
  milestones: readonly Milestone[],
  facts: readonly Fact[],
  today: Day,
  extensions: readonly Extension[] = [],
): StandingMilestone[] {
  if (!statesWithMilestones.includes(enrolment.state)) return [];
  return extended(milestones, extensions).map((milestone) => {
    const fact = facts.find(({ audience, key }) => audience === milestone.audience && key === milestone.key);
    const { dueBy, note } = lastDay(milestone.until);
    const doneOn = fact?.doneOn ?? null;
    const found = stateOf(milestone, dueBy ?? milestone.until, doneOn, today);
    const state = found === MilestoneState.Late && decided.includes(enrolment.state) ? MilestoneState.Over : found;
    return { ...milestone, enrolmentId: enrolment.id, dueBy, doneOn, state, note };
  });
}

function stateOf({ audience, key, from }: Milestone, lastDay: Day, doneOn: Day | null, today: Day): MilestoneState {
  if (doneOn !== null) return MilestoneState.Done;
  if (today < from) return MilestoneState.Upcoming;
  if (today <= lastDay) return MilestoneState.Due;
  return isDuty({ audience, key }) ? MilestoneState.Late : MilestoneState.Over;
}

/** The first last day by which one is not late on `today`: today, or a day before it that no working day has followed. */
export function firstDayNotLate(today: Day): Day {
  let day = today;
  for (let before = addDays(day, -1); (lastDay(before).dueBy ?? before) >= today; before = addDays(day, -1))
    day = before;
  return day;
}

function lastDay(until: Day): { dueBy: Day | null; note: string | null } {
  try {
    return { dueBy: workingDayFrom(until), note: null };
  } catch (unknown) {
    if (!(unknown instanceof BankHolidaysUnknown)) throw unknown;
    return { dueBy: null, note: `${unknown.message} Until then its last day is ${until}, working day or not.` };
  }
}
