import type { Day } from "@psqm/clock/clock";
import type { RuleVersion } from "../rule-version/rule-version.rules.ts";

/** Somebody who pays the whole fee of the schools of a local authority. */
export interface Funding extends RuleVersion {
  funder: string;
  localAuthority: string;
  validFrom: Day;
}

/** What is "available" is given to every school of the authority without asking (ours). */
export const fundings: readonly Funding[] = [
  {
    version: "funding-s2",
    funder: "Dogger Bank Wind Farm community fund",
    localAuthority: "East Riding of Yorkshire",
    validFrom: "2022-09-01",
    citation:
      "002, “What does PSQM cost?”: full funding is available for schools in East Riding from the Dogger Bank Wind Farm community fund",
  },
];

/**
 * Who pays for schools of a local authority, or null when they pay themselves.
 * @param localAuthority as the national register writes it; null when it is not known
 * @param day of the enrolment
 */
export function fundingFor(localAuthority: string | null, day: Day): Funding | null {
  return fundings.find((funding) => funding.localAuthority === localAuthority && funding.validFrom <= day) ?? null;
}

/** How a fee is shared, in pence: the two make up the fee, and neither is negative. */
export function shareFee(feePence: number, funding: Funding | null): { schoolPence: number; funderPence: number } {
  return funding ? { schoolPence: 0, funderPence: feePence } : { schoolPence: feePence, funderPence: 0 };
}
