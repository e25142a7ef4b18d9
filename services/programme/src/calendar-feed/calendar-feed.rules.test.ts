import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type CalendarItem, revise, type ToldItem } from "./calendar-feed.rules.ts";

const at = (day: string) => ({ now: new Date(`${day}T09:00:00Z`), today: day });
const item = (uid: string, day = "2026-11-30"): CalendarItem => ({
  uid,
  day,
  startsAt: null,
  minutes: null,
  summary: "Upload",
  description: "Plan",
});

test("what is new begins at sequence 0, and what stays is told as it was", () => {
  const told = revise([], [item("a")], at("2026-09-01"));
  expect(told).toEqual([{ ...item("a"), sequence: 0, cancelled: false, changedAt: new Date("2026-09-01T09:00:00Z") }]);
  expect(revise(told, [item("a")], at("2026-09-02"))[0]).toBe(told[0]);
});

test.each<[string, Partial<CalendarItem>]>([
  ["day", { day: "2026-12-01" }],
  ["summary", { summary: "Upload it" }],
  ["description", { description: "The plan" }],
  ["hour", { startsAt: new Date("2026-11-30T09:00:00Z"), minutes: 180 }],
])("another %s is the same item, one sequence higher", (_, part) => {
  const told = revise([], [item("a")], at("2026-09-01"));
  const [moved, ...more] = revise(told, [{ ...item("a"), ...part }], at("2026-09-02"));
  expect(more).toEqual([]);
  expect(moved).toMatchObject({ uid: "a", ...part, sequence: 1, cancelled: false });
  expect(moved?.changedAt).toEqual(new Date("2026-09-02T09:00:00Z"));
});

test("what no longer holds is cancelled once, and what comes back is told again", () => {
  const told = revise([], [item("a")], at("2026-09-01"));
  const gone = revise(told, [], at("2026-09-02"));
  expect(gone).toMatchObject([{ uid: "a", sequence: 1, cancelled: true }]);
  expect(revise(gone, [], at("2026-09-03"))).toEqual(gone);
  expect(revise(gone, [item("a")], at("2026-09-04"))).toMatchObject([{ uid: "a", sequence: 2, cancelled: false }]);
});

test("what lies in the past is not cancelled when it leaves the list", () => {
  const told = revise([], [item("a", "2026-09-10")], at("2026-09-01"));
  expect(revise(told, [], at("2026-09-11"))).toEqual(told);
  expect(revise(told, [], at("2026-09-10"))).toMatchObject([{ cancelled: true }]);
});

test("however a calendar changes: each uid stands once, no sequence falls, and each change of an item raises its own", () => {
  const list = fc.uniqueArray(
    fc.record({ uid: fc.constantFrom("a", "b", "c"), day: fc.constantFrom("2026-11-30", "2026-12-01") }),
    { selector: ({ uid }) => uid },
  );
  fc.assert(
    fc.property(fc.array(list, { maxLength: 8 }), (lists) => {
      let told: ToldItem[] = [];
      for (const current of lists) {
        const next = revise(
          told,
          current.map(({ uid, day }) => item(uid, day)),
          at("2026-09-01"),
        );
        expect(new Set(next.map(({ uid }) => uid)).size).toBe(next.length);
        for (const before of told) {
          const after = next.find(({ uid }) => uid === before.uid);
          const same = after?.day === before.day && after.cancelled === before.cancelled;
          expect(after?.sequence).toBe(before.sequence + (same ? 0 : 1));
        }
        expect(
          next
            .filter(({ cancelled }) => !cancelled)
            .map(({ uid, day }) => [uid, day])
            .sort(),
        ).toEqual(current.map(({ uid, day }) => [uid, day]).sort());
        told = next;
      }
    }),
  );
});
