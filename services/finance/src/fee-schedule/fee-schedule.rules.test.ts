import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { pinnedVersion, UnknownRuleVersion } from "../rule-version/rule-version.rules.ts";
import { feeFor, feeSchedules } from "./fee-schedule.rules.ts";

const schedule = (version: string) => pinnedVersion("fee schedule", feeSchedules, version);

test.each([
  ["fees-s1", 750, 75_000],
  ["fees-s1", 12, 75_000],
  ["fees-s1", null, 75_000],
  ["fees-s2", 0, 62_500],
  ["fees-s2", 64, 62_500],
  ["fees-s2", 99, 62_500],
  ["fees-s2", 100, 92_500],
  ["fees-s2", 101, 92_500],
  ["fees-s2", null, 92_500],
])("by %s a school of %j pupils pays %i pence", (version, pupils, pence) => {
  expect(feeFor(schedule(version), pupils).pence).toBe(pence);
});

test.each([
  ["fees-s1", 12, "no figure"],
  ["fees-s2", 99, "99 pupils, fewer than 100"],
  ["fees-s2", 100, "100 pupils, not fewer than 100"],
  ["fees-s2", null, "not known, so the full fee"],
])("by %s a school of %j pupils is told why: %s", (version, pupils, reason) => {
  expect(feeFor(schedule(version), pupils).reason).toContain(reason);
});

test("a bigger school never pays less, and a fee is a positive whole number of pence", () => {
  fc.assert(
    fc.property(fc.constantFrom(...feeSchedules), fc.nat(2_000), fc.nat(2_000), (fees, pupils, more) => {
      const { pence } = feeFor(fees, pupils);
      expect(Number.isInteger(pence) && pence > 0).toBe(true);
      expect(feeFor(fees, pupils + more).pence).toBeGreaterThanOrEqual(pence);
    }),
  );
});

test("the schedules follow each other without gap or overlap, and every one is cited", () => {
  expect(feeSchedules.map(({ validFrom, validUntil }) => [validFrom, validUntil])).toEqual([
    [null, "2022-08-31"],
    ["2022-09-01", null],
  ]);
  for (const { citation } of feeSchedules) expect(citation).toMatch(/^00\d, /);
});

test("a version that nobody knows is refused, naming those there are", () => {
  expect(() => schedule("fees-s3")).toThrow(UnknownRuleVersion);
  expect(() => schedule("fees-s3")).toThrow("fees-s1, fees-s2");
});
