import { englishBankHolidays } from "@psqm/clock/bank-holidays.rules";
import { addDays, type Day, londonClock, londonDay, londonInstant } from "@psqm/clock/clock";
import { BadInput } from "@psqm/refusal/refusal";
import { schoolHolidays } from "./school-holidays.rules.ts";

/** When a person wants to hear nothing. */
export interface QuietTime {
  /** London wall clock, `HH:MM`. */
  quietFrom: string;
  /** London wall clock, `HH:MM`; of the next day when it is not after `quietFrom`. The same as it: no quiet hours. */
  quietUntil: string;
  /** Whether weekends, bank holidays and school holidays are days like any other. */
  onRestDays: boolean;
}

const bankHolidays = new Set(englishBankHolidays.days.map(([day]) => day));

/** Whether schools rest on that London day, as far as is known. */
export function isRestDay(day: Day): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6 || bankHolidays.has(day)) return true;
  return schoolHolidays.weeks.some(([first, last]) => day >= first && day <= last);
}

/** `now` itself when the person may be written to, else the first instant at which they may. */
export function firstGoodMoment(now: Date, quiet: QuietTime): Date {
  for (let moment = now; ; ) {
    const later = endOfQuiet(moment, quiet);
    if (later === undefined) return moment;
    moment = later;
  }
}

/** When the quiet that `moment` is in ends; it may end in another. Undefined when it is in none. */
function endOfQuiet(moment: Date, { quietFrom, quietUntil, onRestDays }: QuietTime): Date | undefined {
  const day = londonDay(moment);
  if (!onRestDays && isRestDay(day)) return londonInstant(addDays(day, 1));
  const time = londonClock(moment).toPlainTime().toString({ smallestUnit: "minute" });
  if (quietFrom < quietUntil) {
    return time >= quietFrom && time < quietUntil ? londonInstant(day, quietUntil) : undefined;
  }
  if (quietFrom === quietUntil) return undefined;
  if (time < quietUntil) return londonInstant(day, quietUntil);
  return time >= quietFrom ? londonInstant(addDays(day, 1), quietUntil) : undefined;
}

/** @throws BadInput */
export function assertTimeOfDay(name: string, time: string): void {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return;
  throw new BadInput(`\`${name}\` is a time of day in London from 00:00 to 23:59, such as 19:00; this is "${time}".`);
}

/** @throws BadInput */
export function assertPatience(minutes: number): void {
  if (minutes >= 5 && minutes <= 1_440) return;
  throw new BadInput(`Mails wait 5 to 1440 minutes for messages to be read; this is ${minutes}.`);
}
