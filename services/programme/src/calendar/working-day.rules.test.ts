import { expect, test } from "@jest/globals";
import { englishBankHolidays } from "@psqm/clock/bank-holidays.rules";
import { addDays } from "@psqm/clock/clock";
import fc from "fast-check";
import { BankHolidaysUnknown, isWorkingDay, workingDayFrom } from "./working-day.rules.ts";

const { firstYear, lastYear, days } = englishBankHolidays;
const years = Array.from({ length: lastYear - firstYear + 1 }, (_, at) => firstYear + at);
const held = (year: number) => days.map(([day]) => day).filter((day) => day.startsWith(String(year)));
const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();

/** Easter Sunday by the Gregorian computus (Meeus), which knows nothing of the file. */
function easter(year: number): string {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return `${year}-${String(Math.floor(sum / 31)).padStart(2, "0")}-${String((sum % 31) + 1).padStart(2, "0")}`;
}

test.each(years)("the bank holidays of %i are what statute and Easter make them, on weekdays and in order", (year) => {
  const of = held(year);
  expect(of).toEqual([...new Set(of)].sort());
  expect(of.every((day) => weekday(day) >= 1 && weekday(day) <= 5)).toBe(true);
  expect(of).toContain(addDays(easter(year), -2));
  expect(of).toContain(addDays(easter(year), 1));
  // Eight in a usual year, and what was proclaimed for that year alone.
  expect(of).toHaveLength(8 + ({ 2022: 2, 2023: 1 }[year] ?? 0));
  const mondayOf = (month: string) => of.filter((day) => day.slice(5, 7) === month && weekday(day) === 1);
  expect(mondayOf("08").map((day) => Number(day.slice(8)) >= 25)).toEqual([true]);
  // Christmas and Boxing Day move to the next weekdays when they fall on a weekend.
  const christmas = weekday(`${year}-12-25`);
  const expected = christmas === 6 ? [27, 28] : christmas === 0 ? [26, 27] : christmas === 5 ? [25, 28] : [25, 26];
  expect(of.filter((day) => day.slice(5, 7) === "12").map((day) => Number(day.slice(8)))).toEqual(expected);
});

test.each([
  ["2026-10-30", true, "a Friday"],
  ["2026-10-31", false, "a Saturday"],
  ["2026-12-25", false, "Christmas"],
  ["2026-12-28", false, "Boxing Day's substitute"],
  ["2027-03-29", false, "Easter Monday"],
])("%s is a working day: %s (%s)", (day, expected) => {
  expect(isWorkingDay(day)).toBe(expected);
});

test.each([
  ["2027-06-30", "2027-06-30"],
  ["2026-10-31", "2026-11-02"],
  ["2026-12-25", "2026-12-29"],
  ["2027-03-26", "2027-03-30"],
])("from %s the next working day is %s", (day, expected) => {
  expect(workingDayFrom(day)).toBe(expected);
});

test("a year that the file does not hold is said, not guessed", () => {
  expect(() => isWorkingDay(`${lastYear + 1}-06-29`)).toThrow(BankHolidaysUnknown);
  expect(() => isWorkingDay(`${firstYear - 1}-06-29`)).toThrow(
    new RegExp(`not known here, only those of ${firstYear}`),
  );
});

test("the working day from a day is never before it, is one, and skips no other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 365 * 5 }), (offset) => {
      const day = addDays(`${firstYear}-01-01`, offset);
      const found = workingDayFrom(day);
      expect(found >= day && isWorkingDay(found)).toBe(true);
      for (let between = day; between < found; between = addDays(between, 1)) {
        expect(isWorkingDay(between)).toBe(false);
      }
    }),
  );
});
