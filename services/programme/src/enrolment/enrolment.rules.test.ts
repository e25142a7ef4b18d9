import { expect, test } from "@jest/globals";
import { BadInput, IllegalTransition } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import {
  assertPlaceLeft,
  EnrolmentState,
  enrolmentTransitions,
  HubFull,
  hasLeft,
  placeHolding,
  readReason,
} from "./enrolment.rules.ts";

/** DOMAIN 5 as a table: what may follow each state. */
const expected = {
  INTERESTED: "REGISTERED DEFERRED WITHDRAWN",
  REGISTERED: "OFFERED DEFERRED WITHDRAWN",
  OFFERED: "CONFIRMED REGISTERED DEFERRED WITHDRAWN",
  CONFIRMED: "ACTIVE DEFERRED WITHDRAWN",
  ACTIVE: "SUBMITTED DEFERRED WITHDRAWN",
  SUBMITTED: "IN_REVIEW DEFERRED WITHDRAWN",
  IN_REVIEW: "NOTIFIED DEFERRED WITHDRAWN",
  NOTIFIED: "AWARDED NOT_AWARDED",
  AWARDED: "EXPIRING",
  NOT_AWARDED: "",
  EXPIRING: "EXPIRED REACCREDITING",
  EXPIRED: "REACCREDITING",
  REACCREDITING: "",
  DEFERRED: "",
  WITHDRAWN: "",
} satisfies Record<EnrolmentState, string>;

const states = Object.values(EnrolmentState);
const pairs = states.flatMap((from) => states.map((to) => [from, to, expected[from].split(" ").includes(to)] as const));

test.each(pairs)("%s → %s allowed: %s", (from, to, allowed) => {
  const attempt = () => assertTransition("enrolment", enrolmentTransitions, from, to);
  if (allowed) expect(attempt).not.toThrow();
  else expect(attempt).toThrow(IllegalTransition);
});

test("a school holds a place from the offer until its outcome is decided", () => {
  expect([...placeHolding].sort()).toEqual(
    ["OFFERED", "CONFIRMED", "ACTIVE", "SUBMITTED", "IN_REVIEW", "NOTIFIED"].sort(),
  );
});

test("only the deferred and the withdrawn have left", () => {
  expect(states.filter(hasLeft)).toEqual(["DEFERRED", "WITHDRAWN"]);
});

test.each([
  [0, false],
  [7, false],
  [8, true],
  [9, true],
])("a hub of 8 places of which %s are taken is full: %s", (taken, full) => {
  const attempt = () => assertPlaceLeft({ name: "Humber Science Hub", capacity: 8 }, taken);
  if (full) expect(attempt).toThrow(HubFull);
  else expect(attempt).not.toThrow();
});

test.each(["", "  \n ", "x".repeat(501)])("a reason that says nothing or too much is refused: %j", (text) => {
  expect(() => readReason(text)).toThrow(BadInput);
});

test("a reason is kept without the blanks around it", () => {
  expect(readReason("  New head teacher.\n")).toBe("New head teacher.");
  expect(readReason("x".repeat(500))).toHaveLength(500);
});
