import type { Day } from "@psqm/clock/clock";
import type { RuleVersion } from "../rule-version/rule-version.rules.ts";

/** What the programme costs a school, in pence. */
export interface FeeSchedule extends RuleVersion {
  /** First London day of rounds that it holds for; null since ever. */
  validFrom: Day | null;
  /** Last London day; null until further notice. */
  validUntil: Day | null;
  fullPence: number;
  /** What a small school pays; null where the source gives no figure. */
  smallPence: number | null;
  /** A school is small with fewer pupils than this; null where the source gives no figure. */
  smallBelowPupils: number | null;
  remark: string | null;
}

// The documents carry no date; 002 quotes a subject leader of June 2022, so it holds from September 2022 (ours).
export const feeSchedules: readonly FeeSchedule[] = [
  {
    version: "fees-s1",
    validFrom: null,
    validUntil: "2022-08-31",
    fullPence: 75_000,
    smallPence: null,
    smallBelowPupils: null,
    remark: "The source says “less for very small schools” and gives no figure: the full fee is charged.",
    citation: "001, “The bottom line”: schools pay £750 per school (less for very small schools)",
  },
  {
    version: "fees-s2",
    validFrom: "2022-09-01",
    validUntil: null,
    fullPence: 92_500,
    smallPence: 62_500,
    smallBelowPupils: 100,
    remark: null,
    citation: "002, “What does PSQM cost?”: £925 (reduced to £625 for schools with fewer than 100 pupils)",
  },
];

export interface Fee {
  /** In pence. */
  pence: number;
  /** Why so much, as the invoice's line says it. */
  reason: string;
}

/**
 * What a school pays, and why.
 * @param pupils as last counted; null when nobody knows, which costs the full fee
 */
export function feeFor({ fullPence, smallPence, smallBelowPupils, remark }: FeeSchedule, pupils: number | null): Fee {
  if (smallPence === null || smallBelowPupils === null) {
    return { pence: fullPence, reason: remark ?? "one fee for every school" };
  }
  if (pupils === null) {
    return { pence: fullPence, reason: "the school's number of pupils is not known, so the full fee" };
  }
  if (pupils < smallBelowPupils) {
    return { pence: smallPence, reason: `${pupils} pupils, fewer than ${smallBelowPupils}` };
  }
  return { pence: fullPence, reason: `${pupils} pupils, not fewer than ${smallBelowPupils}` };
}
