import { type Day, londonDay } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import type { TrainingUnit } from "./delivery-model.rules.ts";

/** From its place until its outcome is in review, a school's participants take part in training. */
export const trainingStates: readonly EnrolmentState[] = [
  EnrolmentState.Confirmed,
  EnrolmentState.Active,
  EnrolmentState.Submitted,
];

export class UnknownUnit extends Refusal {
  constructor(unit: number, units: readonly TrainingUnit[]) {
    super("UNKNOWN_UNIT", `This round's training has the units 1 to ${units.length}; there is no ${unit}.`, { unit });
  }
}

export class SessionInThePast extends Refusal {
  constructor(startsAt: Date) {
    super("SESSION_IN_THE_PAST", `${startsAt.toISOString()} is over. Give a moment that is still to come.`);
  }
}

export class SessionOutsideWindow extends Refusal {
  constructor(unit: TrainingUnit, day: Day) {
    super(
      "SESSION_OUTSIDE_WINDOW",
      `${unit.name} is held from ${unit.from} to ${unit.until}; ${day} is not. Choose a day within, or plan a make-up after it.`,
      { from: unit.from, until: unit.until },
    );
  }
}

export class SessionCancelled extends Refusal {
  constructor() {
    super("SESSION_CANCELLED", "This session was cancelled. Take another one of the same unit.");
  }
}

export class SessionOver extends Refusal {
  constructor(what: string) {
    super("SESSION_OVER", `This session has begun, so it can no longer be ${what}.`);
  }
}

export class SessionNotBegun extends Refusal {
  constructor() {
    super("SESSION_NOT_BEGUN", "Attendance is registered once the session has begun.");
  }
}

export class SessionFull extends Refusal {
  constructor(capacity: number) {
    super("SESSION_FULL", `All ${capacity} places of this session are booked. Book another one of the same unit.`);
  }
}

export class NotAParticipant extends Refusal {
  constructor(personIds: readonly string[]) {
    super(
      "NOT_A_PARTICIPANT",
      `Sessions are for subject leaders and second participants of schools in this hub's round; that does not hold for: ${personIds.join(", ")}.`,
      { personIds },
    );
  }
}

export class UnitAlreadyAttended extends Refusal {
  constructor() {
    super("UNIT_ALREADY_ATTENDED", "You have attended this unit before; one session of it is enough.");
  }
}

const PLACE_LENGTH = 300;
const MOST_PEOPLE = 500;

/** A session's place or joining link: trimmed, 1 to 300 characters. @throws BadInput */
export function readPlace(text: string): string {
  const place = text.trim();
  if (place.length >= 1 && place.length <= PLACE_LENGTH) return place;
  throw new BadInput(`A session's place has 1 to ${PLACE_LENGTH} characters; this has ${place.length}.`);
}

/** @throws BadInput unless 1 to 500, or null for no limit */
export function readCapacity(capacity: number | null): number | null {
  if (capacity === null || (capacity >= 1 && capacity <= MOST_PEOPLE)) return capacity;
  throw new BadInput(`A session has room for 1 to ${MOST_PEOPLE} people; this is ${capacity}.`);
}

/**
 * When a session may begin: in time to come, within its unit's days; a make-up from the first of these days on.
 * @throws SessionInThePast, SessionOutsideWindow
 */
export function assertMoment(unit: TrainingUnit, makeUp: boolean, startsAt: Date, now: Date): void {
  if (startsAt <= now) throw new SessionInThePast(startsAt);
  const day = londonDay(startsAt);
  if (day < unit.from || (!makeUp && day > unit.until)) throw new SessionOutsideWindow(unit, day);
}

/** Minutes of CPD for one who came. @throws BadInput unless 1 to the session's length */
export function readMinutes(minutes: number | null, length: number): number {
  const attended = minutes ?? length;
  if (attended >= 1 && attended <= length) return attended;
  throw new BadInput(`Who was present attended 1 to ${length} minutes; this is ${attended}. Leave out who was absent.`);
}

/** What somebody of an enrolment has attended: `unit` of the session, minutes, the London day of the session. */
export interface Attended {
  unit: number;
  personId: string;
  minutes: number;
  day: Day;
}

export interface Training {
  units: (TrainingUnit & { attendedOn: Day | null })[];
  /** The compulsory gate: whether somebody of the school has attended every unit (ours: one of the two is enough). */
  complete: boolean;
  cpd: { personId: string; minutes: number }[];
}

/** A school's training so far, from who came. */
export function trainingOf(units: readonly TrainingUnit[], attended: readonly Attended[]): Training {
  const judged = units.map((unit) => {
    const days = attended.filter((each) => each.unit === unit.number && each.minutes > 0).map(({ day }) => day);
    return { ...unit, attendedOn: days.sort()[0] ?? null };
  });
  const cpd = new Map<string, number>();
  for (const { personId, minutes } of attended) {
    if (minutes > 0) cpd.set(personId, (cpd.get(personId) ?? 0) + minutes);
  }
  return {
    units: judged,
    complete: judged.every(({ attendedOn }) => attendedOn !== null),
    cpd: [...cpd]
      .map(([personId, minutes]) => ({ personId, minutes }))
      .sort((a, b) => (a.personId < b.personId ? -1 : 1)),
  };
}
