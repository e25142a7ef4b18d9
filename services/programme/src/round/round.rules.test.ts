import { expect, test } from "@jest/globals";
import { BadInput, IllegalTransition } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import {
  assertOpenForRegistration,
  assertRoundInput,
  RoundClosed,
  RoundState,
  roundTransitions,
} from "./round.rules.ts";

const { Open, Closed } = RoundState;

test.each([
  [Open, Closed, true],
  [Open, Open, false],
  [Closed, Open, false],
  [Closed, Closed, false],
])("a round: %s → %s allowed: %s", (from, to, allowed) => {
  const attempt = () => assertTransition("round", roundTransitions, from, to);
  if (allowed) expect(attempt).not.toThrow();
  else expect(attempt).toThrow(IllegalTransition);
});

test("schools register for an open round only", () => {
  expect(() => assertOpenForRegistration({ number: 8, state: Open })).not.toThrow();
  expect(() => assertOpenForRegistration({ number: 8, state: Closed })).toThrow(RoundClosed);
});

test.each([
  [{ number: 1, year: 2000 }, true],
  [{ number: 999, year: 2100 }, true],
  [{ number: 0, year: 2026 }, false],
  [{ number: 1000, year: 2026 }, false],
  [{ number: 8, year: 1999 }, false],
  [{ number: 8, year: 2101 }, false],
])("a round of %j can be: %s", (input, good) => {
  const attempt = () => assertRoundInput(input);
  if (good) expect(attempt).not.toThrow();
  else expect(attempt).toThrow(BadInput);
});
