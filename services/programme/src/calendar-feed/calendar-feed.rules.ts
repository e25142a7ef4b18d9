import type { Day } from "@psqm/clock/clock";

/** Something that stands in a calendar on one London day, all day or at an hour. */
export interface CalendarItem {
  /** The same for as long as it is the same thing, whatever becomes of its day and words. */
  uid: string;
  day: Day;
  /** When it begins and how long it takes; both null for a whole day. */
  startsAt: Date | null;
  minutes: number | null;
  summary: string;
  description: string;
}

/** An item as a calendar was told of it last. */
export interface ToldItem extends CalendarItem {
  /** Rises with every change, so that a calendar replaces what it has (RFC 5545, 3.8.7.4). */
  sequence: number;
  cancelled: boolean;
  changedAt: Date;
}

/**
 * What a calendar is told next: what is new, what has changed (one sequence higher), and what no longer holds, cancelled.
 * What lies in the past stays as it was told: a year that is over does not undo itself.
 * @param today a London day
 * @returns every item ever told, by day and uid, those not mentioned any more included
 */
export function revise(
  told: readonly ToldItem[],
  current: readonly CalendarItem[],
  { now, today }: { now: Date; today: Day },
): ToldItem[] {
  const before = new Map(told.map((item) => [item.uid, item]));
  const holds = new Map(current.map((item) => [item.uid, item]));
  const kept = [...holds.values()].map((item): ToldItem => {
    const known = before.get(item.uid);
    if (!known) return { ...item, sequence: 0, cancelled: false, changedAt: now };
    if (!known.cancelled && sameItem(known, item)) return known;
    return { ...item, sequence: known.sequence + 1, cancelled: false, changedAt: now };
  });
  const gone = told
    .filter(({ uid }) => !holds.has(uid))
    .map((item) =>
      item.cancelled || item.day < today
        ? item
        : { ...item, sequence: item.sequence + 1, cancelled: true, changedAt: now },
    );
  return [...kept, ...gone].sort((a, b) => compare(a.day, b.day) || compare(a.uid, b.uid));
}

function sameItem(a: CalendarItem, b: CalendarItem): boolean {
  return (
    a.day === b.day &&
    a.startsAt?.getTime() === b.startsAt?.getTime() &&
    a.minutes === b.minutes &&
    a.summary === b.summary &&
    a.description === b.description
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
