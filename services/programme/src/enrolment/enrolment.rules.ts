import type { Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import type { Transitions } from "@psqm/refusal/transitions";

/** Where a school stands in a round (document 002, "What is the PSQM process?"; DOMAIN 5). */
export enum EnrolmentState {
  Interested = "INTERESTED",
  Registered = "REGISTERED",
  Offered = "OFFERED",
  Confirmed = "CONFIRMED",
  Active = "ACTIVE",
  Submitted = "SUBMITTED",
  InReview = "IN_REVIEW",
  Notified = "NOTIFIED",
  Awarded = "AWARDED",
  NotAwarded = "NOT_AWARDED",
  Expiring = "EXPIRING",
  Expired = "EXPIRED",
  Reaccrediting = "REACCREDITING",
  Deferred = "DEFERRED",
  Withdrawn = "WITHDRAWN",
}

const S = EnrolmentState;

/** A school can leave from any state before its outcome is told: to a later round, or altogether. */
const leaving = [S.Deferred, S.Withdrawn] as const;

/** Whoever is deferred, or accredited anew, goes on in an enrolment of the later round; this one ends there. */
export const enrolmentTransitions: Transitions<EnrolmentState> = {
  [S.Interested]: [S.Registered, ...leaving],
  [S.Registered]: [S.Offered, ...leaving],
  [S.Offered]: [S.Confirmed, S.Registered, ...leaving],
  [S.Confirmed]: [S.Active, ...leaving],
  [S.Active]: [S.Submitted, ...leaving],
  [S.Submitted]: [S.InReview, ...leaving],
  [S.InReview]: [S.Notified, ...leaving],
  [S.Notified]: [S.Awarded, S.NotAwarded],
  [S.Awarded]: [S.Expiring],
  [S.NotAwarded]: [],
  [S.Expiring]: [S.Expired, S.Reaccrediting],
  [S.Expired]: [S.Reaccrediting],
  [S.Reaccrediting]: [],
  [S.Deferred]: [],
  [S.Withdrawn]: [],
};

/** States in which a school takes one of its hub's places: from the offer until its outcome is decided. */
export const placeHolding: readonly EnrolmentState[] = [
  S.Offered,
  S.Confirmed,
  S.Active,
  S.Submitted,
  S.InReview,
  S.Notified,
];

/** States in which a school has a hub and may change it; once it has submitted, its submission is of its hub (ours). */
const movable: readonly EnrolmentState[] = [S.Offered, S.Confirmed, S.Active];

export class CannotMove extends Refusal {
  constructor(state: EnrolmentState) {
    super("CANNOT_MOVE", `A school moves to another hub while it is ${movable.join(", ")}; this one is ${state}.`, {
      state,
    });
  }
}

export class SameHub extends Refusal {
  constructor(hub: { name: string }) {
    super("SAME_HUB", `This school is in ${hub.name} already. Name the hub that it is to move to.`);
  }
}

/** @throws CannotMove */
export function assertMovable(state: EnrolmentState): void {
  if (!movable.includes(state)) throw new CannotMove(state);
}

export class NotALaterRound extends Refusal {
  constructor(number: number, startsOn: Day, after: Day) {
    super(
      "NOT_A_LATER_ROUND",
      `A school is deferred to a round that begins later than its own, after ${after}; round ${number} begins on ${startsOn}.`,
      { number, startsOn },
    );
  }
}

/** @throws NotALaterRound */
export function assertLater(round: { number: number; startsOn: Day }, than: { startsOn: Day }): void {
  if (round.startsOn <= than.startsOn) throw new NotALaterRound(round.number, round.startsOn, than.startsOn);
}

/** The school has left this round: what others report afterwards changes nothing. */
export function hasLeft(state: EnrolmentState): boolean {
  return state === S.Withdrawn || state === S.Deferred;
}

export class HubFull extends Refusal {
  constructor(hub: { name: string; capacity: number }, placesTaken: number) {
    super(
      "HUB_FULL",
      `${hub.name} has ${hub.capacity} places and ${placesTaken} are taken. Offer a place in another hub.`,
      { capacity: hub.capacity, placesTaken },
    );
  }
}

/** @throws HubFull when no place is left for one more school */
export function assertPlaceLeft(hub: { name: string; capacity: number }, placesTaken: number): void {
  if (placesTaken >= hub.capacity) throw new HubFull(hub, placesTaken);
}

export class AlreadyRegistered extends Refusal {
  constructor(school: string, round: number, enrolment: { id: string; state: EnrolmentState }) {
    super(
      "ALREADY_REGISTERED",
      `${school} is in round ${round} already: its enrolment is ${enrolment.state}. Register for another round.`,
      { enrolmentId: enrolment.id, state: enrolment.state },
    );
  }
}

const REASON_LENGTH = 500;

/** A reason as it is kept: trimmed, 1 to 500 characters. */
export function readReason(text: string): string {
  const reason = text.trim();
  if (reason.length >= 1 && reason.length <= REASON_LENGTH) return reason;
  throw new BadInput(`A reason has 1 to ${REASON_LENGTH} characters; this has ${reason.length}.`);
}
