import { NotFound } from "@psqm/refusal/refusal";
import type { FrameworkVersion } from "./framework.rules.ts";
import { frameworkS2 } from "./framework-s2.rules.ts";

/** Every version there has been, by hand. One is never changed once a round has pinned it; a new one is added. */
export const frameworks: readonly FrameworkVersion[] = [frameworkS2];

/** The one that a new round would pin. */
export const currentFramework: FrameworkVersion = frameworkS2;

/** @throws NotFound when there is no such version */
export function frameworkOf(version: string): FrameworkVersion {
  const found = frameworks.find((framework) => framework.version === version);
  if (!found) throw new NotFound("framework", version);
  return found;
}
