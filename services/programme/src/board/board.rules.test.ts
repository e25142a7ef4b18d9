import { expect, test } from "@jest/globals";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { MilestoneState, type StandingMilestone } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { BoardSort, boardKey, dueOf } from "./board.rules.ts";
import { HubRisk, risksOf } from "./programme-board.rules.ts";

const milestone = (
  name: string,
  state: MilestoneState,
  dueBy: string | null,
  parts: object = {},
): StandingMilestone => ({
  enrolmentId: "enr_1",
  audience: CalendarAudience.School,
  key: "SUBMISSION",
  name,
  from: "2026-01-01",
  until: "2026-06-30",
  source: "001",
  dueBy,
  doneOn: null,
  note: null,
  state,
  ...parts,
});

test("what is next is the first that is still open, what is late the longest late first, of the school's own alone", () => {
  const rows = [
    milestone("later", MilestoneState.Upcoming, "2026-09-30"),
    milestone("next", MilestoneState.Due, null, { until: "2026-05-01" }),
    milestone("late", MilestoneState.Late, "2026-03-31"),
    milestone("longest late", MilestoneState.Late, "2026-02-28"),
    milestone("done", MilestoneState.Done, "2026-01-31"),
    milestone("the leader's", MilestoneState.Due, "2026-01-01", { audience: CalendarAudience.HubLeader }),
  ];
  const { nextDue, late } = dueOf(rows);
  expect([nextDue?.name, late.map(({ name }) => name)]).toEqual(["next", ["longest late", "late"]]);
  expect(dueOf([]).nextDue).toBeNull();
});

test("each order is told by its key, and what has nothing to come is last", () => {
  const row = (enrolmentId: string, parts: object = {}) => ({
    enrolmentId,
    schoolName: "School",
    state: EnrolmentState.Active,
    nextDue: null,
    late: [],
    minutesUsed: 0,
    lastMentoredOn: null,
    unitsAttended: 0,
    units: 4,
    ...parts,
  });
  const late = milestone("late", MilestoneState.Late, "2026-03-31");
  const rows = [
    row("enr_a", { schoolName: "b", minutesUsed: 5 }),
    row("enr_b", { schoolName: "A", nextDue: milestone("x", MilestoneState.Due, "2026-06-30") }),
    row("enr_c", { schoolName: "c", late: [late], minutesUsed: 240 }),
  ];
  const sorted = (sort: BoardSort) =>
    [...rows]
      .sort((a, b) => (boardKey(sort, a).join() < boardKey(sort, b).join() ? -1 : 1))
      .map((one) => one.enrolmentId);
  expect(sorted(BoardSort.Name)).toEqual(["enr_b", "enr_a", "enr_c"]);
  expect(sorted(BoardSort.NextDue)[0]).toBe("enr_b");
  expect(sorted(BoardSort.MostLate)[0]).toBe("enr_c");
  expect(sorted(BoardSort.MostMentored)).toEqual(["enr_c", "enr_a", "enr_b"]);
});

test.each([
  [{ placesTaken: 3, lateSchools: 0, hasLeader: true }, []],
  [{ placesTaken: 4, lateSchools: 0, hasLeader: true }, [HubRisk.Full]],
  [{ placesTaken: 4, lateSchools: 1, hasLeader: true }, [HubRisk.ManyLate, HubRisk.Full]],
  [{ placesTaken: 0, lateSchools: 0, hasLeader: false }, [HubRisk.NoLeader]],
])("a hub of 4 places with %j is at risk by %j", (hub, risks) => {
  expect(risksOf({ capacity: 4, ...hub })).toEqual(risks);
});

test("fewer than a quarter of its schools late is no risk of a hub", () => {
  expect(risksOf({ capacity: 9, placesTaken: 5, lateSchools: 1, hasLeader: true })).toEqual([]);
});
