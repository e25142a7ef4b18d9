import { expect, test } from "@jest/globals";
import { CalendarAudience, type MilestoneKey } from "../calendar/calendar.rules.ts";
import { MilestoneState, type StandingMilestone } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { ReminderStep, stepFor } from "./reminder.rules.ts";

const { Due, Late, Upcoming, Done, Over } = MilestoneState;

const milestone = (state: MilestoneState, audience = CalendarAudience.School): StandingMilestone => ({
  enrolmentId: "enr_1",
  audience,
  key: "TARGET_MARK" satisfies MilestoneKey,
  name: "Decide on the target mark",
  from: "2026-10-01",
  until: "2026-10-31",
  dueBy: "2026-11-02",
  doneOn: null,
  note: null,
  source: "001",
  state,
});

test.each([
  ["2026-10-25", Due, null],
  ["2026-10-26", Due, ReminderStep.Before],
  ["2026-10-26", Upcoming, ReminderStep.Before],
  ["2026-11-02", Due, ReminderStep.Before],
  ["2026-11-03", Late, ReminderStep.Late],
  ["2026-11-08", Late, ReminderStep.Late],
  ["2026-11-09", Late, ReminderStep.HubLeader],
  ["2026-11-15", Late, ReminderStep.HubLeader],
  ["2026-11-16", Late, ReminderStep.ProgrammeTeam],
  ["2026-11-30", Late, ReminderStep.ProgrammeTeam],
  ["2026-12-01", Late, null],
  ["2026-11-02", Done, null],
  ["2026-11-20", Over, null],
] as const)("on %s a school's milestone that is %s gets %s", (today, state, step) => {
  expect(stepFor(milestone(state), true, today)).toBe(step);
  expect(stepFor(milestone(state), false, today)).toBeNull();
});

test("a leader who is late is told, and then the programme team; nobody is between them", () => {
  const late = milestone(Late, CalendarAudience.HubLeader);
  expect(["2026-11-03", "2026-11-09", "2026-11-16"].map((day) => stepFor(late, true, day))).toEqual([
    ReminderStep.Late,
    null,
    ReminderStep.ProgrammeTeam,
  ]);
});
