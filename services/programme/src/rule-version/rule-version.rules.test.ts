import { expect, test } from "@jest/globals";
import { cited, ruleNames, rulesInForce, ruleVersions } from "./rule-version.rules.ts";

const today = {
  feeSchedule: "fees-s2",
  payRates: "pay-s1",
  framework: "framework-s2",
  deliveryModel: "four-sessions",
  calendar: "calendar-s1-s2",
};

test.each([
  ["2026-09-01", today],
  ["2022-09-01", today],
  ["2022-08-31", { ...today, feeSchedule: "fees-s1" }],
])("a round that begins on %s pins the versions in force on that day", (day, pinned) => {
  expect(rulesInForce(day)).toEqual(pinned);
});

test("a day on which a rule has no version in force is a fault, not a guess", () => {
  expect(() =>
    rulesInForce(
      "2026-09-01",
      ruleVersions.filter(({ name }) => name !== "payRates"),
    ),
  ).toThrow("No payRates is in force on 2026-09-01.");
});

test("every version has a name of its own within its rule, a citation, and a validity that does not end before it begins", () => {
  const names = ruleVersions.map(({ name, version }) => `${name} ${version}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { citation, validFrom, validUntil } of ruleVersions) {
    expect(citation).toMatch(/^00[0-4], /);
    if (validFrom && validUntil) expect(validFrom <= validUntil).toBe(true);
  }
});

test("what was pinned keeps its citation when a newer version is in force", () => {
  const old = cited(rulesInForce("2020-09-01"));
  expect(old.map(({ name }) => name)).toEqual([...ruleNames]);
  expect(old[0]).toMatchObject({ version: "fees-s1", citation: expect.stringContaining("£750") });
});

test("a pinned version that is gone is a fault", () => {
  expect(() => cited({ ...rulesInForce("2026-09-01"), framework: "framework-s9" })).toThrow("framework-s9");
});
