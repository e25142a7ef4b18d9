import { englishBankHolidays } from "@psqm/clock/bank-holidays.rules";
import { addDays, type Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";

const holidays = new Set(englishBankHolidays.days.map(([day]) => day));

/** Nobody has told the bank holidays of that year yet, so whether a day of it is a working day is not known. */
export class BankHolidaysUnknown extends Refusal {
  constructor(year: number) {
    const { firstYear, lastYear } = englishBankHolidays;
    super(
      "BANK_HOLIDAYS_UNKNOWN",
      `The bank holidays of ${year} are not known here, only those of ${firstYear} to ${lastYear}. Add the year to the file of bank holidays.`,
      { year, firstYear, lastYear },
    );
  }
}

/**
 * Whether England works on that London day: Monday to Friday without its bank holidays.
 * @throws BankHolidaysUnknown for a weekday of a year that the file does not cover; a weekend needs no file
 */
export function isWorkingDay(day: Day): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  const year = Number(day.slice(0, 4));
  if (year < englishBankHolidays.firstYear || year > englishBankHolidays.lastYear) throw new BankHolidaysUnknown(year);
  return !holidays.has(day);
}

/**
 * The day itself when England works on it, else the next one on which it does: nobody is late on a Sunday (ours).
 * @throws BankHolidaysUnknown
 */
export function workingDayFrom(day: Day): Day {
  let candidate = day;
  while (!isWorkingDay(candidate)) candidate = addDays(candidate, 1);
  return candidate;
}
