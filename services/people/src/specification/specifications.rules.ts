import { NotFound } from "@psqm/refusal/refusal";
import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import type { Specification } from "./specification.rules.ts";
import { specificationS0 } from "./specification-s0.rules.ts";
import { specificationS1 } from "./specification-s1.rules.ts";

/** Every version there has been, by hand. One is never changed once a candidacy has pinned it; a new one is added. */
export const specifications: readonly Specification[] = [specificationS0, specificationS1];

/**
 * The one that a new candidacy pins unless told otherwise (ours, because the two documents disagree and neither has a
 * date): document 001 speaks of hub leaders alone, so mentors are measured by document 000.
 */
export const currentSpecifications: Readonly<Record<CandidacyKind, Specification>> = {
  [CandidacyKind.HubLeader]: specificationS1,
  [CandidacyKind.Mentor]: specificationS0,
};

/** @throws NotFound when there is no such version */
export function specificationOf(version: string): Specification {
  const found = specifications.find((specification) => specification.version === version);
  if (!found) throw new NotFound("specification", version);
  return found;
}
