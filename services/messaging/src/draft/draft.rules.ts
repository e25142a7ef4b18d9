import { BadInput } from "@psqm/refusal/refusal";

const LONGEST_DRAFT = 100_000;

/**
 * A draft as it is kept: as it was typed, but for NUL, which no text in the database can hold, and halves of
 * characters. Ten times as long as a message may be, since it may have to be shortened.
 * @throws BadInput for more than 100,000 characters
 */
export function draftText(typed: string): string {
  const text = typed.replaceAll("\0", "").toWellFormed();
  if (text.length > LONGEST_DRAFT) {
    throw new BadInput(`A draft has at most 100,000 characters; this has ${text.length}.`);
  }
  return text;
}

/** What stays as draft when a send of `refused` was refused while `kept` was there: neither text is lost. */
export function draftAfterRefusal(kept: string, refused: string): string {
  if (kept.includes(refused)) return kept;
  if (refused.startsWith(kept)) return refused;
  return `${kept}\n\n${refused}`;
}

/** Whether sending `sent` leaves nothing of a draft: white space at its ends is nothing. */
export const isSent = (draft: string, sent: string): boolean => draft.replaceAll("\r\n", "\n").trim() === sent;
