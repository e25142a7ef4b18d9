import { expect, test } from "@jest/globals";
import { addDays, addYears } from "@psqm/clock/clock";
import fc from "fast-check";
import { Mark, requiredCriteria } from "../framework/framework.rules.ts";
import { frameworkS2 } from "../framework/framework-s2.rules.ts";
import { assertCriteriaMet, validUntil } from "./award.rules.ts";

test.each([
  ["2026-09-15", "2029-09-15"],
  ["2028-02-29", "2031-02-28"],
  ["2025-02-28", "2028-02-28"],
  ["2026-12-31", "2029-12-31"],
])("an award of %s is valid to the end of %s", (awarded, until) => {
  expect(validUntil(awarded)).toBe(until);
});

test("an award never ends before three whole years are over", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), (days) => {
      const awarded = addDays("2008-01-01", days);
      expect(addDays(validUntil(awarded), 1) > addYears(awarded, 3)).toBe(true);
    }),
  );
});

test("Outreach is not awarded without its own criteria, the other marks need the eleven", () => {
  const eleven = requiredCriteria(frameworkS2, Mark.Gilt);
  expect(() => assertCriteriaMet(frameworkS2, Mark.Gilt, eleven)).not.toThrow();
  expect(() => assertCriteriaMet(frameworkS2, Mark.Outreach, [...eleven, "PD", "WIDER"])).not.toThrow();
  expect(() => assertCriteriaMet(frameworkS2, Mark.Outreach, eleven)).toThrow(
    expect.objectContaining({ code: "CRITERIA_NOT_MET", details: { missing: ["PD", "LOCAL or WIDER"] } }),
  );
});
