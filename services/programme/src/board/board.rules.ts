import type { Day } from "@psqm/clock/clock";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { MilestoneState, type StandingMilestone } from "../enrolment-milestone/enrolment-milestone.rules.ts";

/** How a hub leader's board is sorted; ties by the school's name. */
export enum BoardSort {
  Name = "NAME",
  NextDue = "NEXT_DUE",
  MostLate = "MOST_LATE",
  MostMentored = "MOST_MENTORED",
}

/** One school on the board of its hub. */
export interface BoardRow {
  enrolmentId: string;
  schoolName: string;
  state: EnrolmentState;
  /** What the school has to do next; null when nothing is to come. */
  nextDue: StandingMilestone | null;
  /** What the school is late with, the longest first. */
  late: StandingMilestone[];
  minutesUsed: number;
  /** The last day on which mentoring was logged; null before. */
  lastMentoredOn: Day | null;
  unitsAttended: number;
  units: number;
}

/** Those whose year is going on, or about to: what a board shows when no state is asked for. */
export const statesOnBoard: readonly EnrolmentState[] = [
  EnrolmentState.Offered,
  EnrolmentState.Confirmed,
  EnrolmentState.Active,
  EnrolmentState.Submitted,
  EnrolmentState.InReview,
  EnrolmentState.Notified,
];

const lastDayOf = ({ dueBy, until }: StandingMilestone): Day => dueBy ?? until;

/** Of the school's own milestones: the first that is still to be done, and those that it is late with. */
export function dueOf(milestones: readonly StandingMilestone[]): Pick<BoardRow, "nextDue" | "late"> {
  const own = milestones
    .filter(({ audience }) => audience === CalendarAudience.School)
    .sort((a, b) => (lastDayOf(a) < lastDayOf(b) ? -1 : lastDayOf(a) > lastDayOf(b) ? 1 : 0));
  const open = [MilestoneState.Due, MilestoneState.Upcoming];
  return {
    nextDue: own.find(({ state }) => open.includes(state)) ?? null,
    late: own.filter(({ state }) => state === MilestoneState.Late),
  };
}

const NEVER = "9999-12-31";

/** What a row is sorted by, as texts that compare as wanted; unique by its last part. */
export function boardKey(sort: BoardSort, row: BoardRow): string[] {
  const ties = [row.schoolName.toLowerCase(), row.enrolmentId];
  switch (sort) {
    case BoardSort.Name:
      return ties;
    case BoardSort.NextDue:
      return [row.nextDue ? lastDayOf(row.nextDue) : NEVER, ...ties];
    case BoardSort.MostLate:
      return [descending(row.late.length), ...ties];
    case BoardSort.MostMentored:
      return [descending(row.minutesUsed), ...ties];
  }
}

const descending = (count: number): string => String(999_999 - count).padStart(6, "0");
