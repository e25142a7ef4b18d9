import { expect, test } from "@jest/globals";
import { addDays, endOfMonth } from "@psqm/clock/clock";
import fc from "fast-check";
import {
  CalendarAudience,
  CalendarPattern,
  calendar,
  calendarRules,
  type MilestoneKey,
  notifiesOn,
  startsOn,
  submissionDueOn,
  UnknownCalendar,
} from "./calendar.rules.ts";

const { Autumn, Spring } = CalendarPattern;
const { School, HubLeader } = CalendarAudience;

type Expected = readonly [MilestoneKey, from: string, until: string];

/** The tables of DOMAIN 5 for a round of 2026, with the windows of C4 and C5. */
const tables: readonly [CalendarPattern, CalendarAudience, readonly Expected[]][] = [
  [
    Autumn,
    School,
    [
      ["SESSION_1", "2026-09-01", "2026-10-31"],
      ["AUDIT", "2026-10-01", "2026-10-31"],
      ["TARGET_MARK", "2026-10-01", "2026-10-31"],
      ["ACTION_PLAN", "2026-11-01", "2026-11-30"],
      ["SESSION_2", "2026-11-01", "2026-11-30"],
      ["IMPLEMENTATION", "2026-12-01", "2027-03-31"],
      ["SESSION_3", "2026-12-01", "2027-03-31"],
      ["SESSION_4", "2027-04-01", "2027-04-30"],
      ["SUBMISSION", "2027-06-01", "2027-06-30"],
      ["NOTIFICATION", "2027-09-01", "2027-09-30"],
      ["CEREMONY", "2027-11-01", "2027-11-30"],
    ],
  ],
  [
    Autumn,
    HubLeader,
    [
      ["INVITATION", "2026-06-01", "2026-09-30"],
      ["SUPPORT", "2026-06-01", "2027-11-30"],
      ["SESSION_1", "2026-09-01", "2026-10-31"],
      ["TARGET_MARK", "2026-10-01", "2026-10-31"],
      ["ACTION_PLAN", "2026-11-01", "2026-11-30"],
      ["SESSION_2", "2026-11-01", "2026-11-30"],
      ["SESSION_3", "2026-12-01", "2027-03-31"],
      ["SESSION_4", "2027-05-01", "2027-05-31"],
      ["SUBMISSION", "2027-06-01", "2027-06-30"],
      ["REVIEW", "2027-07-01", "2027-08-31"],
      ["CEREMONY", "2027-11-01", "2027-11-30"],
    ],
  ],
  [
    Spring,
    School,
    [
      ["SESSION_1", "2026-03-01", "2026-04-30"],
      ["AUDIT", "2026-05-01", "2026-05-31"],
      ["TARGET_MARK", "2026-05-01", "2026-05-31"],
      ["ACTION_PLAN", "2026-06-01", "2026-06-30"],
      ["SESSION_2", "2026-06-01", "2026-06-30"],
      ["IMPLEMENTATION", "2026-07-01", "2026-11-30"],
      ["SESSION_3", "2026-07-01", "2026-11-30"],
      ["SESSION_4", "2026-12-01", "2026-12-31"],
      ["SUBMISSION", "2027-03-01", "2027-03-31"],
      ["NOTIFICATION", "2027-05-01", "2027-05-31"],
      ["CEREMONY", "2027-11-01", "2027-11-30"],
    ],
  ],
  [
    Spring,
    HubLeader,
    [
      ["INVITATION", "2026-01-01", "2026-03-31"],
      ["SUPPORT", "2026-01-01", "2027-11-30"],
      ["SESSION_1", "2026-03-01", "2026-04-30"],
      ["TARGET_MARK", "2026-05-01", "2026-05-31"],
      ["ACTION_PLAN", "2026-06-01", "2026-06-30"],
      ["SESSION_2", "2026-06-01", "2026-06-30"],
      ["SESSION_3", "2026-09-01", "2026-09-30"],
      ["SESSION_4", "2026-12-01", "2026-12-31"],
      ["SUBMISSION", "2027-03-01", "2027-03-31"],
      ["REVIEW", "2027-04-01", "2027-05-31"],
      ["CEREMONY", "2027-11-01", "2027-11-30"],
    ],
  ],
];

test.each(tables)("the %s calendar for %s agrees with its table row by row", (pattern, audience, expected) => {
  const rows = calendar(pattern, 2026)
    .filter((row) => row.audience === audience)
    .map(({ key, from, until }): Expected => [key, from, until]);
  expect(rows.toSorted()).toEqual(expected.toSorted());
});

/** Headings of document 001, in the order of its columns; `null` is the column that has none. */
test.each([
  [Autumn, School, ["Sept", "Oct", "Nov", null, "April", "June", "F Sept", "November"]],
  [
    Autumn,
    HubLeader,
    ["June - Sept", "Sept", "By end Oct", "Nov", "By End of following March", "May", "June", "Aug", "Nov"],
  ],
  [Spring, School, ["April", "May", "June", null, "Dec", "March", "May", "November"]],
  [Spring, HubLeader, ["Jan- March", "April", "May", "June", "Sept", "Dec", "March", "April", "Nov"]],
])("every column of document 001's %s calendar for %s is cited, and no other", (pattern, audience, headings) => {
  const cited = calendarRules
    .filter((rule) => rule.pattern === pattern && rule.audience === audience && rule.key !== "SUPPORT")
    .flatMap(({ said }) => said.map(({ source }) => source))
    .filter((source) => source.startsWith("001"))
    .map((source) => /column "(.*)"$/.exec(source)?.[1])
    .map((heading) => (heading?.startsWith("without") ? null : heading));
  expect([...new Set(cited)]).toEqual(headings.filter((heading, at) => headings.indexOf(heading) === at));
});

test.each([
  [Autumn, "SESSION_1", ["Sep", "Oct"]],
  [Autumn, "SUBMISSION", ["Jun+1", "Jun+1"]],
  [Autumn, "REVIEW", ["Jul+1", "Aug+1"]],
  [Autumn, "NOTIFICATION", ["Sep+1", "Sep+1"]],
  [Spring, "SESSION_1", ["Mar", "Apr"]],
  [Spring, "SUBMISSION", ["Mar+1", "Mar+1"]],
  [Spring, "REVIEW", ["Apr+1", "May+1"]],
  [Spring, "NOTIFICATION", ["May+1", "May+1"]],
] as const)("document 002's table of cohorts, row %s, has its say on %s", (pattern, key, [from, until]) => {
  const sayings = calendarRules
    .filter((rule) => rule.pattern === pattern && rule.key === key)
    .flatMap(({ said }) => said)
    .filter(({ source }) => source.startsWith("002"));
  expect(sayings.length).toBeGreaterThan(0);
  for (const saying of sayings) expect([saying.from, saying.until]).toEqual([from, until]);
});

const window = (pattern: CalendarPattern, audience: CalendarAudience, key: MilestoneKey, year: number) => {
  const found = calendar(pattern, year).find((row) => row.audience === audience && row.key === key);
  return [found?.from, found?.until];
};

test("C3: the second day of an autumn round is in April for schools and in May for hub leaders", () => {
  expect(window(Autumn, School, "SESSION_4", 2025)).toEqual(["2026-04-01", "2026-04-30"]);
  expect(window(Autumn, HubLeader, "SESSION_4", 2025)).toEqual(["2026-05-01", "2026-05-31"]);
});

test("C4: reviewing takes the widest window, and in spring overlaps the month of notification", () => {
  expect(window(Autumn, HubLeader, "REVIEW", 2025)).toEqual(["2026-07-01", "2026-08-31"]);
  const [, reviewed] = window(Spring, HubLeader, "REVIEW", 2025);
  expect(reviewed).toBe(notifiesOn(calendar(Spring, 2025)));
});

test("C5: a round may begin in the month that only document 002 names", () => {
  expect(window(Autumn, School, "SESSION_1", 2025)).toEqual(["2025-09-01", "2025-10-31"]);
  expect(startsOn(calendar(Spring, 2025))).toBe("2025-03-01");
});

test("the dates of a round are those of its calendar", () => {
  const autumn = calendar(Autumn, 2026);
  expect([startsOn(autumn), submissionDueOn(autumn), notifiesOn(autumn)]).toEqual([
    "2026-09-01",
    "2027-06-30",
    "2027-09-30",
  ]);
  const spring = calendar(Spring, 2026);
  expect([startsOn(spring), submissionDueOn(spring), notifiesOn(spring)]).toEqual([
    "2026-03-01",
    "2027-03-31",
    "2027-05-31",
  ]);
});

test("every window is whole months, begins before it ends, and keeps its source, in every year", () => {
  fc.assert(
    fc.property(fc.constantFrom(Autumn, Spring), fc.integer({ min: 2000, max: 2100 }), (pattern, year) => {
      const rows = calendar(pattern, year);
      expect(rows).toHaveLength(22);
      expect(rows.map(({ from }) => from)).toEqual(rows.map(({ from }) => from).toSorted());
      for (const { from, until, source } of rows) {
        expect(from < until).toBe(true);
        expect(from.slice(8)).toBe("01");
        expect(until).toBe(endOfMonth(Number(until.slice(0, 4)), Number(until.slice(5, 7))));
        expect(source).toMatch(/^00[12], "/);
      }
      const [start, due, told] = [startsOn(rows), submissionDueOn(rows), notifiesOn(rows)];
      expect(addDays(start, 365) < told && start < due && due < told).toBe(true);
    }),
  );
});

test("a calendar that nobody knows is refused by name", () => {
  expect(() => calendar(Autumn, 2026, "calendar-s9")).toThrow(UnknownCalendar);
});
