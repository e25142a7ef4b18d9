import { expect, test } from "@jest/globals";
import { addDays } from "@psqm/clock/clock";
import fc from "fast-check";
import { CalendarAudience, CalendarPattern, calendar, type MilestoneKey } from "../calendar/calendar.rules.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import {
  type Fact,
  firstDayNotLate,
  MilestoneState,
  standingMilestones,
  statesWithMilestones,
} from "./enrolment-milestone.rules.ts";

const { School, HubLeader } = CalendarAudience;
const { Upcoming, Due, Late, Done, Over } = MilestoneState;
const autumn = calendar(CalendarPattern.Autumn, 2026);
const active = { id: "enr_one", state: EnrolmentState.Active };

const on = (today: string, facts: readonly Fact[] = []) => standingMilestones(active, autumn, facts, today);
const row = (today: string, audience: CalendarAudience, key: MilestoneKey, facts: readonly Fact[] = []) =>
  on(today, facts).find((milestone) => milestone.audience === audience && milestone.key === key);

// Document 001, "Calendar Autumn Round school": decide in October, submit in June. 31 October 2026 is a Saturday.
test.each<[string, MilestoneKey, MilestoneState]>([
  ["2026-09-30", "TARGET_MARK", Upcoming],
  ["2026-10-01", "TARGET_MARK", Due],
  ["2026-10-31", "TARGET_MARK", Due],
  ["2026-11-02", "TARGET_MARK", Due],
  ["2026-11-03", "TARGET_MARK", Late],
  ["2027-06-30", "SUBMISSION", Due],
  ["2027-07-01", "SUBMISSION", Late],
  ["2026-10-15", "AUDIT", Due],
  ["2026-11-03", "AUDIT", Over],
  ["2027-10-01", "NOTIFICATION", Over],
])("on %s the school's %s is %s while nothing tells that it is done", (today, key, state) => {
  expect(row(today, School, key)?.state).toBe(state);
});

test("what is done is done, early or late, for the calendar that it was done in", () => {
  const fact = (audience: CalendarAudience, doneOn: string): Fact => ({ audience, key: "SUBMISSION", doneOn });
  expect(row("2027-02-01", School, "SUBMISSION", [fact(School, "2027-01-31")])).toMatchObject({
    state: Done,
    doneOn: "2027-01-31",
  });
  expect(row("2028-01-01", School, "SUBMISSION", [fact(HubLeader, "2027-06-01")])?.state).toBe(Late);
  expect(row("2028-01-01", HubLeader, "SUBMISSION", [fact(HubLeader, "2027-06-01")])?.state).toBe(Done);
});

test("where the bank holidays of a year are not known, no working day is told and the calendar's last day counts", () => {
  const far = calendar(CalendarPattern.Autumn, 2029);
  const [target] = standingMilestones(active, far, [], "2029-11-01").filter(({ key }) => key === "TARGET_MARK");
  expect(target).toMatchObject({ until: "2029-10-31", dueBy: null, state: Late });
  expect(target?.note).toMatch(/bank holidays of 2029 are not known here.*its last day is 2029-10-31/);
});

test("a school that has no place yet, or has left, has no milestones; all others have all of them", () => {
  for (const state of Object.values(EnrolmentState)) {
    const found = standingMilestones({ id: "enr_one", state }, autumn, [], "2026-09-01");
    expect(found).toHaveLength(statesWithMilestones.includes(state) ? autumn.length : 0);
  }
  expect(statesWithMilestones).not.toContain(EnrolmentState.Withdrawn);
  expect(statesWithMilestones).not.toContain(EnrolmentState.Offered);
});

test("once the outcome is told nobody is late any more: what was missed is over, what was done stays done", () => {
  const done: Fact = { audience: School, key: "SUBMISSION", doneOn: "2027-06-30" };
  for (const state of [EnrolmentState.Awarded, EnrolmentState.NotAwarded, EnrolmentState.Expired]) {
    const rows = standingMilestones({ id: "enr_one", state }, autumn, [done], "2027-10-05");
    expect(rows.filter((milestone) => milestone.state === Late)).toEqual([]);
    expect(rows.find(({ audience, key }) => audience === School && key === "SUBMISSION")?.state).toBe(Done);
    expect(rows.find(({ key }) => key === "SESSION_2")?.state).toBe(Over);
  }
  const inReview = { id: "enr_one", state: EnrolmentState.InReview };
  expect(standingMilestones(inReview, autumn, [done], "2027-10-05").some(({ state }) => state === Late)).toBe(true);
});

test("an extension is late from the same day on as the calendar's own last day would be", () => {
  // Friday 1 January 2027 is a bank holiday: what ends on it, or on Saturday or Sunday, is due by Monday.
  expect(firstDayNotLate("2027-01-04")).toBe("2027-01-01");
  expect(firstDayNotLate("2027-01-05")).toBe("2027-01-05");
  const target = autumn.find(({ audience, key }) => audience === School && key === "TARGET_MARK");
  for (const until of ["2026-12-31", "2027-01-01", "2027-01-03", "2027-01-04"]) {
    const extension = { audience: School, key: "TARGET_MARK" as const, until };
    const late = (today: string) =>
      standingMilestones(active, target ? [target] : [], [], today, [extension])[0]?.state === Late;
    for (const today of ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-04", "2027-01-05"]) {
      expect(late(today)).toBe(until < firstDayNotLate(today));
    }
  }
});

test("an extension moves one row of one side alone, and never to an earlier day", () => {
  const extend = (until: string) =>
    standingMilestones(active, autumn, [], "2026-11-10", [{ audience: School, key: "TARGET_MARK", until }]);
  const state = (rows: ReturnType<typeof extend>, audience: CalendarAudience) =>
    rows.find((one) => one.audience === audience && one.key === "TARGET_MARK")?.state;
  const later = extend("2026-11-30");
  expect([state(later, School), state(later, CalendarAudience.HubLeader)]).toEqual([Due, Late]);
  expect(state(extend("2026-10-01"), School)).toBe(Late);
});

test("without new facts a milestone only ever moves on: upcoming, due, then late or over", () => {
  const order = { [Upcoming]: 0, [Due]: 1, [Late]: 2, [Over]: 2, [Done]: 3 };
  const day = fc.integer({ min: 0, max: 700 }).map((days) => addDays("2026-01-01", days));
  fc.assert(
    fc.property(day, day, (one, other) => {
      const [before, after] = [one, other].sort().map((today) => on(today ?? ""));
      before?.forEach((milestone, at) => {
        expect(order[after?.[at]?.state ?? Upcoming]).toBeGreaterThanOrEqual(order[milestone.state]);
      });
    }),
  );
});
