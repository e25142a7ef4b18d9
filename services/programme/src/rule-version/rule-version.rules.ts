import type { Day } from "@psqm/clock/clock";
import { CURRENT_CALENDAR } from "../calendar/calendar.rules.ts";

/** What the programme rules on; each is pinned by a round in one version (DOMAIN 8). */
export const ruleNames = ["feeSchedule", "payRates", "framework", "deliveryModel", "calendar"] as const;

export type RuleName = (typeof ruleNames)[number];

/** The versions that a round has pinned, by what they rule on. */
export type PinnedRules = Record<RuleName, string>;

/**
 * One version of one rule. Only its name, validity and citation are kept here: what a fee schedule, pay rates or a
 * framework say is finance's and assessment's to know.
 */
export interface RuleVersion {
  name: RuleName;
  version: string;
  /** First London day of its validity; null since ever. */
  validFrom: Day | null;
  /** Last London day of its validity; null until further notice. */
  validUntil: Day | null;
  /** Document and passage. */
  citation: string;
}

// The documents carry no date. The latest that document 002 quotes is a subject leader of June 2022, so what it changes
// holds for rounds that begin from September 2022, and document 001 before (ours).
const LAST_DAY_OF_001 = "2022-08-31";
const FIRST_DAY_OF_002 = "2022-09-01";

/** Where several versions of a rule are in force at once, the first one here is the one that a new round pins (ours). */
export const ruleVersions: readonly RuleVersion[] = [
  {
    name: "feeSchedule",
    version: "fees-s1",
    validFrom: null,
    validUntil: LAST_DAY_OF_001,
    citation: '001, "The bottom line": £750 per school, less for very small schools',
  },
  {
    name: "feeSchedule",
    version: "fees-s2",
    validFrom: FIRST_DAY_OF_002,
    validUntil: null,
    citation: '002, "What does PSQM cost?": £925, £625 with fewer than 100 pupils',
  },
  {
    name: "payRates",
    version: "pay-s1",
    validFrom: null,
    validUntil: null,
    citation: '001, "The bottom line": hub leader receives £350 per school and £50 per submission reviewed',
  },
  {
    name: "framework",
    version: "framework-s2",
    validFrom: null,
    validUntil: null,
    citation: '002, "What is the PSQM self-evaluation and development framework?"',
  },
  {
    name: "deliveryModel",
    version: "four-sessions",
    validFrom: null,
    validUntil: null,
    citation: "001, the four calendars: sessions 1 to 4",
  },
  {
    name: "deliveryModel",
    version: "two-days",
    validFrom: null,
    validUntil: null,
    citation: "001, the four calendars: day 1 and day 2",
  },
  {
    name: "deliveryModel",
    version: "six-sessions",
    validFrom: FIRST_DAY_OF_002,
    validUntil: null,
    citation: '002, "What does PSQM cost?": 6 professional development sessions (totalling 12 hours)',
  },
  {
    name: "calendar",
    version: CURRENT_CALENDAR,
    validFrom: null,
    validUntil: null,
    citation: '001, the four calendars; 002, "What is the PSQM process?", the table of cohorts',
  },
];

/** The versions that a round beginning on `day` pins. */
export function rulesInForce(day: Day, versions: readonly RuleVersion[] = ruleVersions): PinnedRules {
  const pinned = ruleNames.map((name) => {
    const found = versions.find((rule) => rule.name === name && isInForce(rule, day));
    if (!found) throw new Error(`No ${name} is in force on ${day}.`);
    return [name, found.version] as const;
  });
  return Object.fromEntries(pinned) as PinnedRules;
}

/** Whether this version of a rule may be pinned by a round that begins on `day`. */
export function mayBePinned(name: RuleName, version: string, day: Day): boolean {
  return ruleVersions.some((rule) => rule.name === name && rule.version === version && isInForce(rule, day));
}

/** The pinned versions with their citations, in the order of {@link ruleNames}. */
export function cited(pinned: PinnedRules): RuleVersion[] {
  return ruleNames.map((name) => {
    const found = ruleVersions.find((rule) => rule.name === name && rule.version === pinned[name]);
    if (!found) throw new Error(`The ${name} "${pinned[name]}" was pinned, but nobody knows it any more.`);
    return found;
  });
}

function isInForce({ validFrom, validUntil }: RuleVersion, day: Day): boolean {
  return (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil);
}
