import { hasUnseen, oneLine } from "@psqm/refusal/one-line";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

const LONGEST_NAME = 200;
// RFC 5321, section 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL = 254;

/**
 * A person's name as it is kept: one line of what is seen.
 * @throws BadInput unless 1 to 200 characters remain
 */
export function personName(text: string): string {
  return oneLine(text, "A person's name", LONGEST_NAME);
}

/** Whether two names differ in case and accents at most. */
export function isSameName(one: string, other: string): boolean {
  return one.localeCompare(other, "en-GB", { sensitivity: "base" }) === 0;
}

export class NameDiffers extends Refusal {
  constructor() {
    super(
      "NAME_DIFFERS",
      "Whoever has this e-mail address is known under another name than the one given. Write the name as they do themselves, or ask the programme team to add them.",
    );
  }
}

/**
 * An e-mail address as it is kept: trimmed and in lower case, because it is unique whatever its case.
 * @throws BadInput for what cannot be an address, or holds what nobody sees
 */
export function emailAddress(text: string): string {
  const email = text.trim().toLowerCase();
  if (
    !hasUnseen(email) &&
    email.length <= LONGEST_EMAIL &&
    /^[^\s@<>(),;:"\\]+@[^\s@.<>(),;:"\\]+(\.[^\s@.<>(),;:"\\]+)+$/u.test(email)
  )
    return email;
  throw new BadInput(`An e-mail address looks like name@school.example and has at most ${LONGEST_EMAIL} characters.`);
}
