import { BadInput, Refusal } from "@psqm/refusal/refusal";

export const MOST_PINS = 20;

/** A person said that they have, or have read, messages that were never sent. */
export class NotReached extends Refusal {
  constructor(upTo: number, lastSequence: number) {
    super(
      "SEQUENCE_NOT_REACHED",
      `\`upTo\` is a sequence from 0 to ${lastSequence}, the conversation's last; this is ${upTo}.`,
      { lastSequence },
    );
  }
}

export class PinsFull extends Refusal {
  constructor() {
    super("PINS_FULL", `At most ${MOST_PINS} conversations are pinned. Unpin another one first.`);
  }
}

/** Gives back how far a person has come. Throws NotReached outside 0 to the conversation's last sequence. */
export function reached(upTo: number, lastSequence: number): number {
  if (upTo < 0 || upTo > lastSequence) throw new NotReached(upTo, lastSequence);
  return upTo;
}

/** Gives back until when a conversation is silent. Throws BadInput for an instant that has passed. */
export function silentUntil(until: Date, now: Date): Date {
  if (Number.isNaN(until.getTime()) || until <= now) {
    throw new BadInput("`until` is an instant to come: until then the conversation is silent.");
  }
  return until;
}

/** A conversation is silent until its instant has come. */
export const isMuted = (mutedUntil: Date | null | undefined, now: Date): boolean =>
  mutedUntil !== null && mutedUntil !== undefined && mutedUntil > now;

/**
 * How far another has read, as it is shown: null unless both show it. Whoever keeps their own reading to themselves
 * does not see that of others (ours).
 */
export function shownReading(readSequence: number, theyShow: boolean, iShow: boolean): number | null {
  return theyShow && iShow ? readSequence : null;
}
