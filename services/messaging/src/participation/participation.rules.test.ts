import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import { isMuted, NotReached, reached, shownReading, silentUntil } from "./participation.rules.ts";

test.each([
  [true, true, 7],
  [true, false, null],
  [false, true, null],
  [false, false, null],
])("when they show their reading: %s, and I mine: %s, I see %j", (theyShow, iShow, seen) => {
  expect(shownReading(7, theyShow, iShow)).toBe(seen);
});

test.each([0, 3, 7])("one may have read up to %i of 7", (upTo) => {
  expect(reached(upTo, 7)).toBe(upTo);
});

test.each([-1, 8])("one cannot have read up to %i of 7", (upTo) => {
  expect(() => reached(upTo, 7)).toThrow(NotReached);
});

const now = new Date("2026-09-01T09:00:00Z");
const soon = new Date("2026-09-01T09:00:01Z");

test("a conversation is muted until its instant has come", () => {
  expect(isMuted(null, now)).toBe(false);
  expect(isMuted(soon, now)).toBe(true);
  expect(isMuted(now, now)).toBe(false);
});

test("one mutes until an instant to come", () => {
  expect(silentUntil(soon, now)).toBe(soon);
  for (const until of [now, new Date(0), new Date(Number.NaN)]) expect(() => silentUntil(until, now)).toThrow(BadInput);
});
