import { BadInput } from "@psqm/refusal/refusal";

const LONGEST_NAME = 200;
// RFC 5321, section 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL = 254;

/**
 * A person's name as it is kept: trimmed, inner white space single.
 * @throws BadInput unless 1 to 200 characters remain
 */
export function personName(text: string): string {
  const name = text.replace(/\s+/gu, " ").trim();
  const length = [...name].length;
  if (length >= 1 && length <= LONGEST_NAME) return name;
  throw new BadInput(`A person's name has 1 to ${LONGEST_NAME} characters; this has ${length}.`);
}

/**
 * An e-mail address as it is kept: trimmed and in lower case, because it is unique whatever its case.
 * @throws BadInput for what cannot be an address
 */
export function emailAddress(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length <= LONGEST_EMAIL && /^[^\s@<>(),;:"\\]+@[^\s@.<>(),;:"\\]+(\.[^\s@.<>(),;:"\\]+)+$/u.test(email))
    return email;
  throw new BadInput(`An e-mail address looks like name@school.example and has at most ${LONGEST_EMAIL} characters.`);
}
