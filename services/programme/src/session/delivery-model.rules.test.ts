import { expect, test } from "@jest/globals";
import { CalendarPattern, calendar } from "../calendar/calendar.rules.ts";
import { DeliveryModel, rowsOfModel, trainingUnits, versionOfModel } from "./delivery-model.rules.ts";

const autumn = calendar(CalendarPattern.Autumn, 2026);
const spring = calendar(CalendarPattern.Spring, 2026);
const unitsOf = (version: string, rows = autumn) =>
  trainingUnits(version, rows).map(({ number, name, minutes, from, until }) => [number, name, minutes, from, until]);

// C2; windows by documents 001 and 002, the widest of both audiences (C3: autumn's day 2 is in April or in May).
test.each<[string, typeof autumn, unknown[][]]>([
  [
    "two-days",
    autumn,
    [
      [1, "Day 1", 360, "2026-09-01", "2026-10-31"],
      [2, "Day 2", 360, "2027-04-01", "2027-05-31"],
    ],
  ],
  [
    "four-sessions",
    autumn,
    [
      [1, "Session 1", 180, "2026-09-01", "2026-10-31"],
      [2, "Session 2", 180, "2026-11-01", "2026-11-30"],
      [3, "Session 3", 180, "2026-12-01", "2027-03-31"],
      [4, "Session 4", 180, "2027-04-01", "2027-05-31"],
    ],
  ],
  [
    "six-sessions",
    spring,
    [
      [1, "Session 1", 120, "2026-03-01", "2026-04-30"],
      [2, "Session 2", 120, "2026-03-01", "2026-12-31"],
      [3, "Session 3", 120, "2026-03-01", "2026-12-31"],
      [4, "Session 4", 120, "2026-03-01", "2026-12-31"],
      [5, "Session 5", 120, "2026-03-01", "2026-12-31"],
      [6, "Session 6", 120, "2026-12-01", "2026-12-31"],
    ],
  ],
])("%s has its units in the calendar's days", (version, rows, expected) => {
  expect(unitsOf(version, rows)).toEqual(expected);
});

test("every model takes 12 hours in all (document 002, six sessions totalling 12 hours)", () => {
  for (const model of Object.values(DeliveryModel)) {
    const minutes = trainingUnits(versionOfModel[model], autumn).map((unit) => unit.minutes);
    expect(minutes.reduce((sum, each) => sum + each, 0)).toBe(12 * 60);
  }
});

test("a model's calendar has no sessions that it does not have, and everything else", () => {
  const sessions = (version: string) => [
    ...new Set(rowsOfModel(version, autumn).flatMap(({ key }) => (key.startsWith("SESSION_") ? [key] : []))),
  ];
  expect(sessions("two-days").sort()).toEqual(["SESSION_1", "SESSION_4"]);
  expect(rowsOfModel("four-sessions", autumn)).toEqual(autumn);
  expect(rowsOfModel("two-days", autumn)).toHaveLength(autumn.length - 4);
});
