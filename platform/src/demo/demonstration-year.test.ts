import { expect, test } from "@jest/globals";
import { demoClock } from "./demo-clock.ts";
import { demonstrationYear } from "./demonstration-year.ts";

test.each([
  ["2026-10-01", "2026-09-15"],
  ["2026-11-22", "2026-11-11"],
  ["2027-01-10", "2026-11-11"],
  ["2026-09-30", "2025-11-11"],
])("a demonstration on %s has gone as far as it can have: to %s", (today, last) => {
  const days = demonstrationYear(today).map(({ on }) => on);
  expect(days).toEqual([...days].sort());
  expect(days.at(-1)).toBe([last, days.at(-1)].sort().at(-1));
  expect(days.every((day) => day <= today)).toBe(true);
});

test.each(["2026-10-01", "2027-03-31", "2027-09-30"])("on %s one school has been through its whole year", (today) => {
  expect(demonstrationYear(today).map(({ title }) => title)).toContain("an award");
});

test("the demonstration's clock goes to a day, runs on from there, and never passes its own today", () => {
  const clock = demoClock("2027-02-03");
  expect(clock.today).toBe("2027-02-03");
  clock.moveTo("2026-06-10");
  expect(clock.now().toISOString()).toMatch(/^2026-06-10T08:00/); // nine o'clock in London's summer
  clock.moveTo("2027-12-24");
  expect(clock.now().toISOString().slice(0, 10)).toMatch(/^2027-02-0[23]$/);
  clock.comeBack();
  expect(Math.abs(clock.now().getTime() - demoClock("2027-02-03").now().getTime())).toBeLessThan(1000);
});
