import { type Clock, type Day, londonDay, londonInstant } from "@psqm/clock/clock";

/** The demonstration's own time: it runs on from whatever day it is set to, and the demonstration year moves it. */
export interface DemoClock {
  now: Clock;
  /** The day the demonstration is about: `--date`, or today. */
  today: Day;
  /** Goes to the morning of a day; never past the demonstration's today. */
  moveTo(day: Day): void;
  /** Comes back to the demonstration's now. */
  comeBack(): void;
}

export function demoClock(date?: Day): DemoClock {
  // At the same time of day as it is outside, so that "today" has not begun or ended by surprise.
  const offset = date ? londonInstant(date).getTime() - londonInstant(londonDay(new Date())).getTime() : 0;
  let moved = 0;
  const present = () => Date.now() + offset;
  return {
    now: () => new Date(present() + moved),
    today: londonDay(new Date(present())),
    moveTo(day) {
      moved = Math.min(0, londonInstant(day, "09:00").getTime() - present());
    },
    comeBack() {
      moved = 0;
    },
  };
}
