import { Temporal } from "temporal-polyfill";

/** Now, as a UTC instant. Passed in, never read from the air, so that the demonstration and the tests choose the date. */
export type Clock = () => Date;

/** A calendar day in Europe/London, `YYYY-MM-DD`: what the programme calls a date. Compares correctly as a string. */
export type Day = string;

export const systemClock: Clock = () => new Date();

/** A clock that runs on from `start`, for the demonstration's `--date`. */
export function clockFrom(start: Date): Clock {
  const offset = start.getTime() - Date.now();
  return () => new Date(Date.now() + offset);
}

/** The London day on which a UTC instant falls. */
export function londonDay(instant: Date): Day {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO("Europe/London")
    .toPlainDate()
    .toString();
}

/** The UTC instant of a London wall-clock time, e.g. `("2026-09-01", "09:00")`. */
export function londonInstant(day: Day, time = "00:00"): Date {
  return new Date(Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime("Europe/London").epochMilliseconds);
}

/** The London wall clock at a UTC instant, for libraries that write local times. */
export function londonClock(instant: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO("Europe/London");
}

/** A day without a time of day or a zone, for libraries that write dates. */
export function plainDate(day: Day): Temporal.PlainDate {
  return Temporal.PlainDate.from(day);
}

export function addDays(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** 29 February becomes 28 February where the year has none. */
export function addYears(day: Day, years: number): Day {
  return Temporal.PlainDate.from(day).add({ years }).toString();
}

export function firstOfMonth(year: number, month: number): Day {
  return Temporal.PlainDate.from({ year, month, day: 1 }).toString();
}

export function endOfMonth(year: number, month: number): Day {
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  return first.with({ day: first.daysInMonth }).toString();
}

/** True for a real calendar day written `YYYY-MM-DD`, from the year 1 on: there was no year 0, and no database has one. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith("0000")) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}
