import { describe, expect, test } from "@jest/globals";
import { londonDay } from "@psqm/clock/clock";
import fc from "fast-check";
import { assertPatience, assertTimeOfDay, firstGoodMoment, isRestDay } from "./quiet-time.rules.ts";

const evenings = { quietFrom: "19:00", quietUntil: "07:00", onRestDays: false };
const from = (now: string, quiet = evenings) => firstGoodMoment(new Date(now), quiet).toISOString();

describe("a mail waits", () => {
  test.each([
    ["on a Tuesday at noon, for nothing", "2026-11-17T12:00:00Z", "2026-11-17T12:00:00.000Z"],
    ["in the evening, for the morning", "2026-11-17T19:00:00Z", "2026-11-18T07:00:00.000Z"],
    ["in the small hours, for the same morning", "2026-11-17T03:00:00Z", "2026-11-17T07:00:00.000Z"],
    ["in summer too by London's clock", "2026-06-16T18:30:00Z", "2026-06-17T06:00:00.000Z"],
    ["on a Friday evening, for Monday", "2026-11-20T20:00:00Z", "2026-11-23T07:00:00.000Z"],
    ["on Good Friday, through the school holidays", "2026-04-03T10:00:00Z", "2026-04-13T06:00:00.000Z"],
    ["on a bank holiday in term", "2026-05-04T10:00:00Z", "2026-05-05T06:00:00.000Z"],
    ["in August, for September", "2026-08-12T10:00:00Z", "2026-09-01T06:00:00.000Z"],
    ["over the end of summer time", "2026-10-24T10:00:00Z", "2026-11-02T07:00:00.000Z"],
  ])("%s", (_, now, then) => expect(from(now)).toBe(then));

  test("by the hours that its reader has chosen", () => {
    const lunch = { quietFrom: "12:00", quietUntil: "13:00", onRestDays: false };
    expect(from("2026-11-17T12:30:00Z", lunch)).toBe("2026-11-17T13:00:00.000Z");
    expect(from("2026-11-17T22:30:00Z", lunch)).toBe("2026-11-17T22:30:00.000Z");
    const never = { quietFrom: "00:00", quietUntil: "00:00", onRestDays: true };
    expect(from("2026-12-25T03:00:00Z", never)).toBe("2026-12-25T03:00:00.000Z");
  });

  test("where nobody knows the school holidays, for weekends and bank holidays alone", () => {
    expect(isRestDay("2027-10-26")).toBe(false);
    expect(isRestDay("2027-12-27")).toBe(true);
    expect(isRestDay("2027-10-30")).toBe(true);
  });
});

test("the moment is never before now, never quiet, and it is now whenever now is good", () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => `${part}`.padStart(2, "0")).join(":"));
  fc.assert(
    fc.property(
      fc.date({ min: new Date("2025-09-01"), max: new Date("2028-01-01"), noInvalidDate: true }),
      time,
      time,
      fc.boolean(),
      (now, quietFrom, quietUntil, onRestDays) => {
        const quiet = { quietFrom, quietUntil, onRestDays };
        const moment = firstGoodMoment(now, quiet);
        expect(moment.getTime()).toBeGreaterThanOrEqual(now.getTime());
        expect(firstGoodMoment(moment, quiet)).toEqual(moment);
        if (!onRestDays) expect(isRestDay(londonDay(moment))).toBe(false);
      },
    ),
  );
});

test("times and patience outside their range are refused", () => {
  for (const time of ["24:00", "7:00", "07:60", "", "noon"]) {
    expect(() => assertTimeOfDay("quietFrom", time)).toThrow(/quietFrom/);
  }
  for (const minutes of [4, 1_441, -1]) expect(() => assertPatience(minutes)).toThrow(/5 to 1440/);
  expect(() => assertPatience(5)).not.toThrow();
});
