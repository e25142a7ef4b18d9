import { type Day, endOfMonth, firstOfMonth } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";

/** The two patterns that a round may follow (document 002, "What is the PSQM process?"). */
export enum CalendarPattern {
  Autumn = "AUTUMN",
  Spring = "SPRING",
}

/** Whose calendar a milestone stands in: document 001 prints one for each. */
export enum CalendarAudience {
  School = "SCHOOL",
  HubLeader = "HUB_LEADER",
}

/** What happens, by a name that stays the same whatever the documents call it. */
export type MilestoneKey =
  | "INVITATION"
  | "SESSION_1"
  | "AUDIT"
  | "TARGET_MARK"
  | "ACTION_PLAN"
  | "SESSION_2"
  | "IMPLEMENTATION"
  | "SESSION_3"
  | "SESSION_4"
  | "SUBMISSION"
  | "REVIEW"
  | "NOTIFICATION"
  | "CEREMONY"
  | "SUPPORT";

type MonthName = "Jan" | "Feb" | "Mar" | "Apr" | "May" | "Jun" | "Jul" | "Aug" | "Sep" | "Oct" | "Nov" | "Dec";

/** A month of the round's year, or (`+1`) of the year that follows. */
export type RuleMonth = MonthName | `${MonthName}+1`;

/** When one passage of one document says that it happens: whole months, first and last. */
export interface Saying {
  from: RuleMonth;
  until: RuleMonth;
  /** Document and passage. */
  source: string;
}

/** One row of a calendar. Where documents disagree, each keeps its say; {@link calendar} decides. */
export interface CalendarRule {
  pattern: CalendarPattern;
  audience: CalendarAudience;
  key: MilestoneKey;
  name: string;
  said: readonly Saying[];
}

/** A row of a calendar in a concrete year: London days, first and last, both included. */
export interface Milestone {
  audience: CalendarAudience;
  key: MilestoneKey;
  name: string;
  from: Day;
  until: Day;
  /** Every passage that the window rests on. */
  source: string;
}

/** The only calendar that the documents give; a new one gets a new name beside it, and rounds keep what they pinned. */
export const CURRENT_CALENDAR = "calendar-s1-s2";

export class UnknownCalendar extends Refusal {
  constructor(version: string) {
    super("UNKNOWN_CALENDAR", `There is no calendar "${version}". Known: ${Object.keys(calendars).join(", ")}.`);
  }
}

const autumnSchool = (heading: string): string => `001, "Calendar Autumn Round school", column "${heading}"`;
const autumnLeader = (heading: string): string => `001, "Calendar Autumn Round - hub leaders", column "${heading}"`;
const springSchool = (heading: string): string => `001, "Calendar Spring Round school", column "${heading}"`;
const springLeader = (heading: string): string => `001, "Calendar Spring Round - hub leaders", column "${heading}"`;
const cohort = (row: "Autumn" | "Spring", column: string): string =>
  `002, "What is the PSQM process?", cohort ${row}, ${column}`;
const unnamed = "without a heading, between the neighbours";

const said = (from: RuleMonth, until: RuleMonth, source: string): Saying => ({ from, until, source });

type Row = readonly [key: MilestoneKey, name: string, ...said: Saying[]];

const inCalendar = (pattern: CalendarPattern, audience: CalendarAudience, rows: readonly Row[]): CalendarRule[] =>
  rows.map(([key, name, ...sayings]) => ({ pattern, audience, key, name, said: sayings }));

// C3: the school's calendar has day 2 of an autumn round in April, the hub leader's in May. Both stand, each for its own.
// C4, C5: documents 001 and 002 give narrower and wider windows; both stand in `said`.
// C9: where document 001 says "level", we say "mark".
export const calendarRules: readonly CalendarRule[] = [
  ...inCalendar(CalendarPattern.Autumn, CalendarAudience.School, [
    [
      "SESSION_1",
      "Day 1 / Session 1 training",
      said("Sep", "Sep", autumnSchool("Sept")),
      said("Sep", "Oct", cohort("Autumn", "Start date & training session 1")),
    ],
    ["AUDIT", "Audit current practice against the PSQM criteria", said("Oct", "Oct", autumnSchool("Oct"))],
    ["TARGET_MARK", "Decide on the target mark", said("Oct", "Oct", autumnSchool("Oct"))],
    ["ACTION_PLAN", "Complete the action plan and upload it", said("Nov", "Nov", autumnSchool("Nov"))],
    ["SESSION_2", "Session 2 training", said("Nov", "Nov", autumnSchool("Nov"))],
    ["IMPLEMENTATION", "Implement the action plan, collect evidence", said("Dec", "Mar+1", autumnSchool(unnamed))],
    ["SESSION_3", "Session 3 training", said("Dec", "Mar+1", autumnSchool(unnamed))],
    ["SESSION_4", "Day 2 / Session 4 training", said("Apr+1", "Apr+1", autumnSchool("April"))],
    [
      "SUBMISSION",
      "Submit reflections with supporting evidence",
      said("Jun+1", "Jun+1", autumnSchool("June")),
      said("Jun+1", "Jun+1", cohort("Autumn", "Deadline for final submission for accreditation")),
    ],
    [
      "NOTIFICATION",
      "Award notification",
      said("Sep+1", "Sep+1", autumnSchool("F Sept")),
      said("Sep+1", "Sep+1", cohort("Autumn", "Notification of accreditation outcome")),
    ],
    ["CEREMONY", "Award ceremony", said("Nov+1", "Nov+1", autumnSchool("November"))],
  ]),
  ...inCalendar(CalendarPattern.Autumn, CalendarAudience.HubLeader, [
    [
      "INVITATION",
      "Contact subject leaders, invite to first training",
      said("Jun", "Sep", autumnLeader("June - Sept")),
    ],
    [
      "SESSION_1",
      "Day 1 / Session 1 training",
      said("Sep", "Sep", autumnLeader("Sept")),
      said("Sep", "Oct", cohort("Autumn", "Start date & training session 1")),
    ],
    ["TARGET_MARK", "Assign target marks", said("Oct", "Oct", autumnLeader("By end Oct"))],
    ["ACTION_PLAN", "Review action plans", said("Nov", "Nov", autumnLeader("Nov"))],
    ["SESSION_2", "Session 2 training", said("Nov", "Nov", autumnLeader("Nov"))],
    ["SESSION_3", "Session 3 training", said("Dec", "Mar+1", autumnLeader("By End of following March"))],
    ["SESSION_4", "Day 2 / Session 4 training", said("May+1", "May+1", autumnLeader("May"))],
    ["SUBMISSION", "Finalise submissions", said("Jun+1", "Jun+1", autumnLeader("June"))],
    [
      "REVIEW",
      "Review submissions",
      said("Aug+1", "Aug+1", autumnLeader("Aug")),
      said("Jul+1", "Aug+1", cohort("Autumn", "Review period")),
    ],
    ["CEREMONY", "Award ceremony", said("Nov+1", "Nov+1", autumnLeader("Nov"))],
    [
      "SUPPORT",
      "Talk with the subject leader by messages, encourage, give feedback",
      said("Jun", "Nov+1", autumnLeader("June - Sept to Nov, the line below the table")),
    ],
  ]),
  ...inCalendar(CalendarPattern.Spring, CalendarAudience.School, [
    [
      "SESSION_1",
      "Day 1 / Session 1 training",
      said("Apr", "Apr", springSchool("April")),
      said("Mar", "Apr", cohort("Spring", "Start date & training session 1")),
    ],
    ["AUDIT", "Audit current practice against the PSQM criteria", said("May", "May", springSchool("May"))],
    ["TARGET_MARK", "Decide on the target mark", said("May", "May", springSchool("May"))],
    ["ACTION_PLAN", "Complete the action plan and upload it", said("Jun", "Jun", springSchool("June"))],
    ["SESSION_2", "Session 2 training", said("Jun", "Jun", springSchool("June"))],
    ["IMPLEMENTATION", "Implement the action plan, collect evidence", said("Jul", "Nov", springSchool(unnamed))],
    ["SESSION_3", "Session 3 training", said("Jul", "Nov", springSchool(unnamed))],
    ["SESSION_4", "Day 2 / Session 4 training", said("Dec", "Dec", springSchool("Dec"))],
    [
      "SUBMISSION",
      "Submit reflections with supporting evidence",
      said("Mar+1", "Mar+1", springSchool("March")),
      said("Mar+1", "Mar+1", cohort("Spring", "Deadline for final submission for accreditation")),
    ],
    [
      "NOTIFICATION",
      "Award notification",
      said("May+1", "May+1", springSchool("May")),
      said("May+1", "May+1", cohort("Spring", "Notification of accreditation outcome")),
    ],
    ["CEREMONY", "Award ceremony", said("Nov+1", "Nov+1", springSchool("November"))],
  ]),
  ...inCalendar(CalendarPattern.Spring, CalendarAudience.HubLeader, [
    ["INVITATION", "Contact subject leaders, invite to first training", said("Jan", "Mar", springLeader("Jan- March"))],
    [
      "SESSION_1",
      "Day 1 / Session 1 training",
      said("Apr", "Apr", springLeader("April")),
      said("Mar", "Apr", cohort("Spring", "Start date & training session 1")),
    ],
    ["TARGET_MARK", "Assign target marks", said("May", "May", springLeader("May"))],
    ["ACTION_PLAN", "Review action plans", said("Jun", "Jun", springLeader("June"))],
    ["SESSION_2", "Session 2 training", said("Jun", "Jun", springLeader("June"))],
    ["SESSION_3", "Session 3 training", said("Sep", "Sep", springLeader("Sept"))],
    ["SESSION_4", "Day 2 / Session 4 training", said("Dec", "Dec", springLeader("Dec"))],
    ["SUBMISSION", "Finalise submissions", said("Mar+1", "Mar+1", springLeader("March"))],
    [
      "REVIEW",
      "Review submissions",
      said("Apr+1", "Apr+1", springLeader("April")),
      said("Apr+1", "May+1", cohort("Spring", "Review period")),
    ],
    ["CEREMONY", "Award ceremony", said("Nov+1", "Nov+1", springLeader("Nov"))],
    [
      "SUPPORT",
      "Talk with the subject leader by messages, encourage, give feedback",
      said("Jan", "Nov+1", springLeader("Jan- March to Nov, the line below the table")),
    ],
  ]),
];

const calendars: Readonly<Record<string, readonly CalendarRule[]>> = { [CURRENT_CALENDAR]: calendarRules };

/**
 * The calendar of a round: every milestone with its window in London days, in order of time.
 * Where documents disagree the window is the widest that they span together (DOMAIN 8, C4 and C5).
 * @param year in which the round begins: 2026 for the autumn round of September 2026
 * @param version the calendar that the round has pinned
 * @throws UnknownCalendar
 */
export function calendar(pattern: CalendarPattern, year: number, version: string = CURRENT_CALENDAR): Milestone[] {
  const rules = calendars[version];
  if (!rules) throw new UnknownCalendar(version);
  return rules
    .filter((rule) => rule.pattern === pattern)
    .map((rule) => milestoneOf(rule, year))
    .toSorted((a, b) => compare(a.from, b.from) || compare(a.until, b.until));
}

/** A row of one round's calendar to which the programme team gave other days. */
export interface MovedMilestone {
  audience: CalendarAudience;
  key: MilestoneKey;
  from: Day;
  until: Day;
  reason: string;
}

/** A calendar with the days that rows were given in its round; the passages that they had stay said. */
export function withMoved(milestones: readonly Milestone[], moved: readonly MovedMilestone[]): Milestone[] {
  return milestones
    .map((row) => {
      const found = moved.find(({ audience, key }) => audience === row.audience && key === row.key);
      if (!found) return row;
      const { from, until, reason } = found;
      return { ...row, from, until, source: `Moved by the programme team: ${reason} Before: ${row.source}` };
    })
    .toSorted((a, b) => compare(a.from, b.from) || compare(a.until, b.until));
}

/** The first day of the first training: the round's start. */
export function startsOn(milestones: readonly Milestone[]): Day {
  return milestoneFor(milestones, "SESSION_1").from;
}

/** The last day on which a school may submit. */
export function submissionDueOn(milestones: readonly Milestone[]): Day {
  return milestoneFor(milestones, "SUBMISSION").until;
}

/**
 * The day on which outcomes are told, all at once. The documents give a month; it is the month's last day (ours),
 * because in a spring round reviewing goes on through that same month (C4).
 */
export function notifiesOn(milestones: readonly Milestone[]): Day {
  return milestoneFor(milestones, "NOTIFICATION").until;
}

function milestoneFor(milestones: readonly Milestone[], key: MilestoneKey): Milestone {
  const found = milestones.find((one) => one.key === key && one.audience === CalendarAudience.School);
  if (!found) throw new Error(`This calendar has no ${key} for schools.`);
  return found;
}

function milestoneOf({ audience, key, name, said: sayings }: CalendarRule, year: number): Milestone {
  const froms = sayings.map(({ from }) => firstDay(from, year)).toSorted(compare);
  const untils = sayings.map(({ until }) => lastDay(until, year)).toSorted(compare);
  const [from, until] = [froms.at(0), untils.at(-1)];
  if (from === undefined || until === undefined) throw new Error(`No document says when ${key} is.`);
  return { audience, key, name, from, until, source: sayings.map(({ source }) => source).join("; ") };
}

const MONTHS: readonly MonthName[] = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

function monthIn(month: RuleMonth, year: number): [year: number, month: number] {
  const number = MONTHS.indexOf(month.slice(0, 3) as MonthName) + 1;
  return [month.endsWith("+1") ? year + 1 : year, number];
}

function firstDay(month: RuleMonth, year: number): Day {
  return firstOfMonth(...monthIn(month, year));
}

function lastDay(month: RuleMonth, year: number): Day {
  return endOfMonth(...monthIn(month, year));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
