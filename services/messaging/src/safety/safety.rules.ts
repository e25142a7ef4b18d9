import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** How long the programme team may read a conversation after it has said why (ours). */
const ACCESS_HOURS = 24;
const LONGEST_REASON = 2_000;

export class ConversationFrozen extends Refusal {
  constructor() {
    super(
      "CONVERSATION_FROZEN",
      "The programme team has frozen this conversation: it can be read, and nothing in it changes. What you wrote is kept as your draft.",
    );
  }
}

export class AccessOver extends Refusal {
  constructor() {
    super("ACCESS_OVER", "This access has run out. Open the conversation again, with a reason, if you still need it.");
  }
}

export class ConcernClosed extends Refusal {
  constructor() {
    super("CONCERN_CLOSED", "This concern is closed already. Report another one if there is more to say.");
  }
}

/**
 * Words that somebody will have to understand later.
 * @param what begins the sentence of the refusal, e.g. "A reason"
 * @throws BadInput unless there are 10 to 2,000 characters besides white space at the ends
 */
export function accountOf(what: string, given: string): string {
  const text = given.replaceAll("\r\n", "\n").trim();
  const length = [...text].length;
  if (length < 10 || length > LONGEST_REASON || !text.isWellFormed() || /\p{Cc}/u.test(text.replace(/[\n\t]/g, ""))) {
    throw new BadInput(`${what} has 10 to 2,000 characters of plain text; this has ${length}.`);
  }
  return text;
}

export const accessUntil = (openedAt: Date): Date => new Date(openedAt.getTime() + ACCESS_HOURS * 3_600_000);

/** Passes for the one who opened a conversation, until their access runs out. Throws AccessOver. */
export function assertOpen(until: Date, now: Date): void {
  if (now >= until) throw new AccessOver();
}

/** Passes in a conversation that is not frozen. Throws ConversationFrozen. */
export function assertThawed({ frozenAt }: { frozenAt?: Date | null }): void {
  if (frozenAt) throw new ConversationFrozen();
}
