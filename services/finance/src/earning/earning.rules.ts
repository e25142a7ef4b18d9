import { type PayRates, payRates } from "../pay-rates/pay-rates.rules.ts";
import { type Provenance, pinnedVersion } from "../rule-version/rule-version.rules.ts";

export enum EarningKind {
  HubSchool = "HUB_SCHOOL",
  Review = "REVIEW",
}

const rate: Record<EarningKind, (rates: PayRates) => number> = {
  [EarningKind.HubSchool]: ({ hubSchoolPence }) => hubSchoolPence,
  [EarningKind.Review]: ({ reviewPence }) => reviewPence,
};

/**
 * What a hub leader has earned, in pence, and by which rule.
 * @param version of the pay rates that the enrolment's round has pinned
 * @throws UnknownRuleVersion when it is not known
 */
export function earningFor(kind: EarningKind, version: string): { amountPence: number } & Provenance {
  const rates = pinnedVersion("pay rates", payRates, version);
  return { amountPence: rate[kind](rates), rule: "pay-rates", version: rates.version, citation: rates.citation };
}
