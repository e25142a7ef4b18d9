import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import { CalendarPattern, calendar } from "../calendar/calendar.rules.ts";
import { trainingUnits } from "./delivery-model.rules.ts";
import {
  type Attended,
  assertMoment,
  readCapacity,
  readMinutes,
  readPlace,
  SessionInThePast,
  SessionOutsideWindow,
  trainingOf,
} from "./session.rules.ts";

const units = trainingUnits("two-days", calendar(CalendarPattern.Autumn, 2026));
const [dayOne] = units;
if (!dayOne) throw new Error("There is no day 1.");

// Day 1 is held from 1 September to 31 October, days of London: 23:30 UTC of 31 August is in September already.
test.each<[string, boolean, (new (...args: never[]) => Error) | null]>([
  ["2026-08-31T23:30:00Z", false, null],
  ["2026-08-31T22:30:00Z", false, SessionOutsideWindow],
  ["2026-10-31T23:59:00Z", false, null],
  ["2026-11-01T00:00:00Z", false, SessionOutsideWindow],
  ["2026-11-01T00:00:00Z", true, null],
  ["2026-08-20T09:00:00Z", true, SessionOutsideWindow],
  ["2026-07-01T09:00:00Z", false, SessionInThePast],
])("a session at %s, make-up: %s", (startsAt, makeUp, refusal) => {
  const plan = () => assertMoment(dayOne, makeUp, new Date(startsAt), new Date("2026-07-01T09:00:00Z"));
  if (refusal) expect(plan).toThrow(refusal);
  else expect(plan).not.toThrow();
});

const came = (unit: number, personId: string, minutes = 360, day = "2026-09-24"): Attended => ({
  unit,
  personId,
  minutes,
  day,
});

test("training is complete when each unit was attended by somebody of the school, whoever it was", () => {
  expect(trainingOf(units, []).complete).toBe(false);
  expect(trainingOf(units, [came(1, "per_sam"), came(1, "per_tess")]).complete).toBe(false);
  expect(trainingOf(units, [came(1, "per_sam"), came(2, "per_tess", 0)]).complete).toBe(false);
  const whole = trainingOf(units, [came(2, "per_tess", 300, "2027-04-20"), came(1, "per_sam"), came(2, "per_sam")]);
  expect(whole.complete).toBe(true);
  expect(whole.units.map(({ attendedOn }) => attendedOn)).toEqual(["2026-09-24", "2026-09-24"]);
  expect(whole.cpd).toEqual([
    { personId: "per_sam", minutes: 720 },
    { personId: "per_tess", minutes: 300 },
  ]);
});

test("texts and numbers are bounded", () => {
  expect(readPlace(" Room 1 ")).toBe("Room 1");
  expect(() => readPlace(" ")).toThrow(BadInput);
  expect(() => readPlace("x".repeat(301))).toThrow(BadInput);
  expect([readCapacity(null), readCapacity(1), readCapacity(500)]).toEqual([null, 1, 500]);
  expect(() => readCapacity(0)).toThrow(BadInput);
  expect([readMinutes(null, 180), readMinutes(60, 180)]).toEqual([180, 60]);
  for (const minutes of [0, -1, 181]) expect(() => readMinutes(minutes, 180)).toThrow(BadInput);
});
