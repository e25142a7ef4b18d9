import { BadInput } from "@psqm/refusal/refusal";

// Line breaks may be; what else cannot be seen has no business in a text that others will read.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unseen = /[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F]/;

/**
 * A text that somebody wrote, as it is kept: trimmed, and of printable characters.
 * @param what begins the refusal, e.g. "A title"
 * @throws BadInput unless it has 1 to `longest` characters
 */
export function readWords(what: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed.length >= 1 && trimmed.length <= longest && trimmed.isWellFormed() && !unseen.test(trimmed))
    return trimmed;
  throw new BadInput(`${what} has 1 to ${longest} printable characters; this has ${trimmed.length}.`);
}
