/** The three quality marks (document 002, "What are the three Primary Science Quality Marks?"). */
export enum Mark {
  Psqm = "PSQM",
  Gilt = "PSQM_GILT",
  Outreach = "PSQM_OUTREACH",
}

export const allMarks: readonly Mark[] = Object.values(Mark);

export interface Criterion {
  /** Stable within a framework; what reflections are filed under, e.g. `SL-A`. */
  code: string;
  title: string;
  description: string;
}

export interface Aim {
  code: string;
  title: string;
  criteria: readonly Criterion[];
}

/** What a mark asks for: a criterion, all of several things, or any one of several. */
export type Requirement = string | { all: readonly Requirement[] } | { any: readonly Requirement[] };

/** One version of the self-evaluation and development framework; a round pins it by `version`. */
export interface FrameworkVersion {
  version: string;
  citation: string;
  aims: readonly Aim[];
  requirements: Readonly<Record<Mark, Requirement>>;
}

/** Codes of every criterion the framework has, in its order. */
export function criterionCodes(framework: FrameworkVersion): string[] {
  return framework.aims.flatMap((aim) => aim.criteria.map(({ code }) => code));
}

/** Codes of the criteria that count towards the mark, alternatives included. */
export function criteriaOf(framework: FrameworkVersion, mark: Mark): string[] {
  return leaves(framework.requirements[mark]);
}

/** The marks that a criterion counts towards. */
export function marksOf(framework: FrameworkVersion, code: string): Mark[] {
  return allMarks.filter((mark) => criteriaOf(framework, mark).includes(code));
}

/** How many criteria a school must at least write about for the mark: 11, and 13 for Outreach. */
export function requiredCriteria(framework: FrameworkVersion, mark: Mark): string[] {
  return missingCriteria(framework, mark, []);
}

/**
 * What still stands between a school and the mark, in the framework's order.
 * @param written codes of the criteria that have a reflection
 * @returns codes; where one of several would do, one entry names them all: `LOCAL or WIDER`. Empty when complete.
 */
export function missingCriteria(framework: FrameworkVersion, mark: Mark, written: Iterable<string>): string[] {
  return missing(framework.requirements[mark], new Set(written));
}

function missing(requirement: Requirement, written: ReadonlySet<string>): string[] {
  if (typeof requirement === "string") return written.has(requirement) ? [] : [requirement];
  if ("all" in requirement) return requirement.all.flatMap((part) => missing(part, written));
  const gaps = requirement.any.map((part) => missing(part, written));
  if (gaps.some((gap) => gap.length === 0)) return [];
  return [gaps.map((gap) => gap.join(" and ")).join(" or ")];
}

function leaves(requirement: Requirement): string[] {
  if (typeof requirement === "string") return [requirement];
  return ("all" in requirement ? requirement.all : requirement.any).flatMap(leaves);
}
