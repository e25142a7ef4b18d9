import { Refusal } from "@psqm/refusal/refusal";

/** What every version of a rule says of itself; a round pins versions by name, and a new one rewrites nothing. */
export interface RuleVersion {
  version: string;
  /** Document and passage. */
  citation: string;
}

/** Where a figure comes from: which rule, in which version, from which source. */
export interface Provenance {
  rule: string;
  version: string;
  citation: string;
}

export class UnknownRuleVersion extends Refusal {
  constructor(rule: string, version: string, known: readonly string[]) {
    super("UNKNOWN_RULE_VERSION", `There is no ${rule} "${version}"; there is ${known.join(", ")}.`, { known });
  }
}

/** The version that was pinned. Throws {@link UnknownRuleVersion} when nobody knows it. */
export function pinnedVersion<Rule extends RuleVersion>(rule: string, versions: readonly Rule[], name: string): Rule {
  const found = versions.find(({ version }) => version === name);
  if (!found) {
    throw new UnknownRuleVersion(
      rule,
      name,
      versions.map(({ version }) => version),
    );
  }
  return found;
}
