import { BadInput, Refusal } from "@psqm/refusal/refusal";

const LONGEST_TEXT = 10_000;
const LONGEST_KEY = 200;
const MOST_MENTIONS = 20;
/** How long a message may be corrected by its sender (ours). */
export const EDIT_WINDOW_MINUTES = 15;
const controlCharacter = /\p{Cc}/u;

/** A subscriber said to have seen messages that were never sent. */
export class CursorAhead extends Refusal {
  constructor(after: number, lastSequence: number) {
    super(
      "CURSOR_AHEAD",
      `\`after\` is a sequence from 0 to ${lastSequence}, the conversation's last; this is ${after}. Give the sequence of the last message you have, or leave it out to hear only what comes from now on.`,
      { lastSequence },
    );
  }
}

/**
 * The text of a message as it is kept: without white space at its ends, Windows line ends made plain ones.
 * @throws BadInput unless it has 1 to 10,000 characters (an emoji is one) and no control character but newline and tab
 */
export function messageText(written: string): string {
  const text = written.replaceAll("\r\n", "\n").trim();
  const length = [...text].length;
  if (length < 1 || length > LONGEST_TEXT) {
    throw new BadInput(`A message has 1 to 10,000 characters besides white space at its ends; this has ${length}.`);
  }
  if (!text.isWellFormed()) {
    throw new BadInput("A message is Unicode text; this has half of a surrogate pair in it. Send the whole character.");
  }
  if (controlCharacter.test(text.replace(/[\n\t]/g, ""))) {
    throw new BadInput("A message has no control characters but newline and tab. Take the others out.");
  }
  return text;
}

/** The sender's own name for a message. Throws BadInput unless it has 1 to 200 characters, none of them a control. */
export function clientKey(given: string): string {
  if (given.length < 1 || given.length > LONGEST_KEY || controlCharacter.test(given) || !given.isWellFormed()) {
    throw new BadInput("A `clientKey` has 1 to 200 printable characters; a UUID is a good one.");
  }
  return given;
}

/**
 * Where a subscriber goes on.
 * @param after the last sequence that the subscriber has; from now on when left out
 * @param lastSequence the conversation's last
 * @throws CursorAhead when `after` is no sequence of the conversation: negative, or not reached yet
 */
export function startingPoint(after: number | null | undefined, lastSequence: number): number {
  if (after === null || after === undefined) return lastSequence;
  if (after < 0 || after > lastSequence) throw new CursorAhead(after, lastSequence);
  return after;
}

export class EditWindowOver extends Refusal {
  constructor() {
    super(
      "EDIT_WINDOW_OVER",
      `A message can be corrected for ${EDIT_WINDOW_MINUTES} minutes after it was sent. Send another one instead.`,
    );
  }
}

export class MessageDeleted extends Refusal {
  constructor() {
    super("MESSAGE_DELETED", "This message was deleted; it can be neither corrected, answered nor quoted.");
  }
}

export class NobodyHere extends Refusal {
  constructor(personIds: readonly string[]) {
    super("NOBODY_HERE", `Mention only people who take part in the conversation; ${personIds.join(", ")} do not.`, {
      personIds,
    });
  }
}

/** Passes while a message may still be corrected. Throws MessageDeleted, EditWindowOver. */
export function assertEditable({ sentAt, deletedAt }: { sentAt: Date; deletedAt: Date | null }, now: Date): void {
  if (deletedAt) throw new MessageDeleted();
  if (now.getTime() - sentAt.getTime() > EDIT_WINDOW_MINUTES * 60_000) throw new EditWindowOver();
}

/** Who is mentioned, each once. Throws BadInput for more than twenty, NobodyHere for people who take no part. */
export function mentioned(personIds: readonly string[], members: readonly string[]): string[] {
  const once = [...new Set(personIds)];
  if (once.length > MOST_MENTIONS) throw new BadInput(`A message mentions at most ${MOST_MENTIONS} people.`);
  const others = once.filter((id) => !members.includes(id));
  if (others.length > 0) throw new NobodyHere(others);
  return once;
}
