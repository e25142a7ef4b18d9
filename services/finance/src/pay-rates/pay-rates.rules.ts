import type { RuleVersion } from "../rule-version/rule-version.rules.ts";

/** What hub leaders are paid, in pence. */
export interface PayRates extends RuleVersion {
  /** For each school in their hub. */
  hubSchoolPence: number;
  /** For each submission reviewed. */
  reviewPence: number;
  /** For each online-only reaccreditation supported. */
  onlineReaccreditationPence: number;
}

export const payRates: readonly PayRates[] = [
  {
    version: "pay-s1",
    hubSchoolPence: 35_000,
    reviewPence: 5_000,
    onlineReaccreditationPence: 20_000,
    citation:
      "001, “The bottom line”: £350 for each school in their hub plus £50 for each school submission reviewed; £200 for each on line only reaccreditation",
  },
];
