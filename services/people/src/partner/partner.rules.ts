import { oneLine } from "@psqm/refusal/one-line";
import { BadInput } from "@psqm/refusal/refusal";

const LONGEST_NAME = 200;
const LONGEST_LIFE_DAYS = 730;

/** @throws BadInput unless 1 to 200 characters remain of what is seen */
export function partnerName(text: string): string {
  return oneLine(text, "A partner's name", LONGEST_NAME);
}

/**
 * What a key opens, each once.
 * @throws BadInput for none, or a word that cannot be a scope
 */
export function keyScopes(scopes: readonly string[]): string[] {
  const distinct = [...new Set(scopes)];
  const wrong = distinct.find((scope) => !/^[a-z][a-z-]{0,49}$/.test(scope));
  if (wrong !== undefined) throw new BadInput(`A scope is a word such as "public"; this is ${JSON.stringify(wrong)}.`);
  if (distinct.length === 0) throw new BadInput('A key opens something: give it a scope, e.g. "public".');
  return distinct;
}

/** @throws BadInput unless it is a whole number of days from 1 to 730 */
export function keyLifeDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= LONGEST_LIFE_DAYS) return days;
  throw new BadInput(`A key lives 1 to ${LONGEST_LIFE_DAYS} days; this says ${days}.`);
}
