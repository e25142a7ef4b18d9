import type { Day } from "@psqm/clock/clock";

/**
 * Weeks in which schools across England are closed, as data. There is no national calendar: each authority sets its own
 * terms, so only what authorities far apart agree on is here. Outside `from` to `until` no holidays are known, and none
 * are guessed: weekends and bank holidays are kept quiet all the same.
 */
export const schoolHolidays = {
  version: "school-holidays-2025-2027",
  citation:
    "term dates 2025-26 as published for schools in Staffordshire (Lonsdale) and Shropshire (Criftins), 2026-27 in Cambridgeshire (Shade Primary); bridged by the whole weeks they share",
  from: "2025-09-01",
  until: "2027-08-31",
  /** First and last day. */
  weeks: [
    ["2025-10-27", "2025-10-31"],
    ["2025-12-22", "2026-01-02"],
    ["2026-02-16", "2026-02-20"],
    ["2026-03-30", "2026-04-10"],
    ["2026-05-25", "2026-05-29"],
    ["2026-07-21", "2026-08-31"],
    ["2026-10-26", "2026-10-30"],
    ["2026-12-21", "2027-01-01"],
    ["2027-02-15", "2027-02-19"],
    ["2027-03-29", "2027-04-09"],
    ["2027-05-31", "2027-06-04"],
    ["2027-07-22", "2027-08-31"],
  ] as readonly (readonly [Day, Day])[],
} as const;
