import { expect, test } from "@jest/globals";
import { UnknownRuleVersion } from "../rule-version/rule-version.rules.ts";
import { EarningKind, earningFor } from "./earning.rules.ts";

test.each([
  [EarningKind.HubSchool, 35_000],
  [EarningKind.Review, 5_000],
])("by pay-s1 a %s earns %i pence, and says by which rule", (kind, amountPence) => {
  expect(earningFor(kind, "pay-s1")).toEqual({
    amountPence,
    rule: "pay-rates",
    version: "pay-s1",
    citation: expect.stringMatching(/^001, /),
  });
});

test("pay rates that nobody knows are refused", () => {
  expect(() => earningFor(EarningKind.Review, "pay-s9")).toThrow(UnknownRuleVersion);
});
