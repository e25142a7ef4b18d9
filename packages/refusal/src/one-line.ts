import { BadInput } from "./refusal.ts";

// Characters that nobody sees: zero-width ones, marks that turn the direction of text, soft hyphens, fillers. Two names
// that differ in them alone look the same, and one with a turned direction is shown as another.
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const CONTROL = /\p{Cc}/u;

/**
 * The one rule of what names and other lines of text are kept as, wherever they come from: composed (NFC), without
 * characters that nobody sees, inner white space single, trimmed.
 * @param what begins the refusal's sentence, e.g. "A person's name"
 * @param longest how many characters may remain
 * @throws BadInput unless 1 to `longest` characters remain, none of them a control character such as NUL
 */
export function oneLine(text: string, what: string, longest: number): string {
  const line = text.normalize("NFC").replace(UNSEEN, "").replace(/\s+/gu, " ").trim();
  const length = [...line].length;
  if (length < 1 || length > longest) throw new BadInput(`${what} has 1 to ${longest} characters; this has ${length}.`);
  if (CONTROL.test(line)) throw new BadInput(`${what} has no control characters; this has one. Write it again.`);
  return line;
}

/** Whether a text holds characters that nobody sees, or control characters: what no address or code does. */
export function hasUnseen(text: string): boolean {
  return CONTROL.test(text) || text.search(UNSEEN) !== -1;
}
