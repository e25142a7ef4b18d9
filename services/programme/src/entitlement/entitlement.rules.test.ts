import { expect, test } from "@jest/globals";
import { addDays } from "@psqm/clock/clock";
import { BadInput } from "@psqm/refusal/refusal";
import fc from "fast-check";
import {
  assertMentoring,
  type EntitlementFacts,
  EntitlementKind,
  EntitlementState,
  entitlementsAt,
  MENTORING_MINUTES,
  MentoringNotRunning,
  mentoringWarning,
} from "./entitlement.rules.ts";

const { Mentoring, Vle, RscCpd, AseOffer } = EntitlementKind;
const { NotYet, Active, Expired } = EntitlementState;
const facts: EntitlementFacts = {
  confirmedOn: "2026-06-15",
  startsOn: "2026-09-01",
  notifiesOn: "2027-09-30",
  awardValidUntil: null,
  leftOn: null,
};
const at = (day: string, parts: Partial<EntitlementFacts> = {}) =>
  Object.fromEntries(entitlementsAt({ ...facts, ...parts }, day).map((entitlement) => [entitlement.kind, entitlement]));

// Document 002: 1 year of mentoring, 2 years of the VLE; RSC for participants and until accreditation expires (C8).
test.each<[EntitlementKind, Partial<EntitlementFacts>, string, string]>([
  [Mentoring, {}, "2026-09-01", "2027-08-31"],
  [Mentoring, { confirmedOn: "2026-09-20" }, "2026-09-20", "2027-09-19"],
  [Mentoring, { confirmedOn: "2028-02-29", startsOn: "2028-02-01" }, "2028-02-29", "2029-02-27"],
  [Vle, {}, "2026-09-01", "2028-08-31"],
  [RscCpd, {}, "2026-09-01", "2027-09-30"],
  [RscCpd, { awardValidUntil: "2030-09-30" }, "2026-09-01", "2030-09-30"],
  [AseOffer, { awardValidUntil: "2030-09-30" }, "2026-09-01", "2030-09-30"],
  [Vle, { leftOn: "2027-01-10" }, "2026-09-01", "2027-01-10"],
  [Mentoring, { leftOn: "2029-01-10" }, "2026-09-01", "2027-08-31"],
])("%s with %j runs from %s to %s, both days included", (kind, parts, from, until) => {
  expect(at(from, parts)[kind]).toMatchObject({ from, until, state: Active });
  expect(at(until, parts)[kind]?.state).toBe(Active);
  expect(at(addDays(from, -1), parts)[kind]?.state).toBe(NotYet);
  expect(at(addDays(until, 1), parts)[kind]?.state).toBe(Expired);
});

test("every kind is there once, with its source, on every day", () => {
  expect(entitlementsAt(facts, "2020-01-01").map(({ kind }) => kind)).toEqual([Mentoring, Vle, RscCpd, AseOffer]);
  expect(entitlementsAt(facts, "2020-01-01").every(({ citation }) => citation.startsWith("002, "))).toBe(true);
});

test("a school that left before its round began had none, and never gets any", () => {
  for (const day of ["2026-07-01", "2026-09-01", "2027-01-01"]) {
    const states = entitlementsAt({ ...facts, leftOn: "2026-06-30" }, day).map(({ state }) => state);
    expect(states).toEqual([Expired, Expired, Expired, Expired]);
  }
});

const day = fc.integer({ min: 0, max: 2500 }).map((days) => addDays("2025-01-01", days));
const anyFacts = fc.record({
  confirmedOn: day,
  startsOn: day,
  notifiesOn: day,
  awardValidUntil: fc.option(day),
  leftOn: fc.option(day),
});

test("clocks are monotonous: not yet, then active, then expired, and never back", () => {
  const order = { [NotYet]: 0, [Active]: 1, [Expired]: 2 };
  fc.assert(
    fc.property(anyFacts, day, day, (some, one, other) => {
      const [earlier = "", later = ""] = [one, other].sort();
      const before = entitlementsAt(some, earlier);
      entitlementsAt(some, later).forEach((entitlement, index) => {
        expect(order[entitlement.state]).toBeGreaterThanOrEqual(order[before[index]?.state ?? NotYet]);
      });
    }),
  );
});

test("leaving never lengthens an entitlement, and an award that lasts never shortens one", () => {
  fc.assert(
    fc.property(anyFacts, day, (some, other) => {
      const untils = (parts: Partial<EntitlementFacts>) =>
        entitlementsAt({ ...some, ...parts }, "2026-01-01").map(({ until }) => until);
      const [stayed, left] = [untils({ leftOn: null }), untils({ leftOn: other })];
      expect(left.every((until, index) => until <= (stayed[index] ?? ""))).toBe(true);
      if (other < some.notifiesOn) return;
      const [without, awarded] = [untils({ awardValidUntil: null }), untils({ awardValidUntil: other })];
      expect(awarded.every((until, index) => until >= (without[index] ?? ""))).toBe(true);
    }),
  );
});

test.each([
  [0, null],
  [191, null],
  [192, /^192 of 240 minutes are used; 48 are left/],
  [240, /^240 of 240 minutes are used; 0 are left/],
  [241, /^241 minutes are used, 1 more than the 240/],
])("after %i minutes of the 4 hours the warning is %s", (minutes, warning) => {
  expect(MENTORING_MINUTES).toBe(4 * 60);
  if (warning) expect(mentoringWarning(minutes)).toMatch(warning);
  else expect(mentoringWarning(minutes)).toBeNull();
});

test("mentoring is logged after it was given, within its year, in sensible lengths", () => {
  const log = (minutes: number, on: string, some: EntitlementFacts | null = facts) =>
    assertMentoring({ minutes, on }, some, "2027-10-01");
  for (const minutes of [1, 480]) expect(() => log(minutes, "2026-09-01")).not.toThrow();
  for (const minutes of [0, -5, 481]) expect(() => log(minutes, "2026-09-01")).toThrow(BadInput);
  expect(() => log(30, "2027-10-02")).toThrow(BadInput);
  expect(() => log(30, "2026-08-31")).toThrow(MentoringNotRunning);
  expect(() => log(30, "2027-09-01")).toThrow(/from 2026-09-01 to 2027-08-31/);
  expect(() => log(30, "2026-09-01", null)).toThrow(/has not taken a place yet/);
});
