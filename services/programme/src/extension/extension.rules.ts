import type { Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";
import { CalendarAudience, type MilestoneKey } from "../calendar/calendar.rules.ts";

/** Another last day of one row, for one enrolment. */
export interface Extension {
  audience: CalendarAudience;
  key: MilestoneKey;
  until: Day;
}

/**
 * Hard deadlines are those that others wait for: submissions are reviewed by other hubs, and outcomes told to all at once
 * ("Deadline for final submission for accreditation", document 002). Everything else is soft: between a school and its hub.
 */
const hard: readonly MilestoneKey[] = ["SUBMISSION", "REVIEW", "NOTIFICATION"];

export function isHard(key: MilestoneKey): boolean {
  return hard.includes(key);
}

export class HardDeadline extends Refusal {
  constructor(name: string) {
    super(
      "HARD_DEADLINE",
      `"${name}" has a hard deadline, for others wait for it: only the programme team extends it. Ask them.`,
    );
  }
}

export class NotALaterDay extends Refusal {
  constructor(until: Day, after: Day) {
    super("NOT_A_LATER_DAY", `An extension ends later than the deadline, which is ${after}; ${until} does not.`, {
      after,
    });
  }
}

export class NoSuchMilestone extends Refusal {
  constructor(audience: CalendarAudience, key: MilestoneKey) {
    const whose = audience === CalendarAudience.School ? "schools" : "hub leaders";
    super("NO_SUCH_MILESTONE", `The calendar of ${whose} in this round has no ${key}.`, { audience, key });
  }
}

/** Rows of a calendar with the last days that an enrolment was given, the latest of which counts. */
export function extended<Row extends Extension>(rows: readonly Row[], extensions: readonly Extension[]): Row[] {
  return rows.map((row) => {
    const given = extensions.find(({ audience, key }) => audience === row.audience && key === row.key);
    return given && given.until > row.until ? { ...row, until: given.until } : row;
  });
}
