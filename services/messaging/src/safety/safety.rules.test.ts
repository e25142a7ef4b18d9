import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import { AccessOver, accessUntil, accountOf, assertOpen, assertThawed, ConversationFrozen } from "./safety.rules.ts";

test.each(["", "too short", "x".repeat(2_001), `${"x".repeat(20)}\u0000`])("the reason %j is no account", (reason) => {
  expect(() => accountOf("A reason", reason)).toThrow(BadInput);
});

test.each(["ten chars.", "x".repeat(2_000), "two\nlines of it"])("the reason %j is an account", (reason) => {
  expect(accountOf("A reason", `  ${reason} `)).toBe(reason);
});

test("an access lasts a day", () => {
  const until = accessUntil(new Date("2026-09-01T09:00:00Z"));
  expect(until).toEqual(new Date("2026-09-02T09:00:00Z"));
  expect(() => assertOpen(until, new Date("2026-09-02T08:59:59.999Z"))).not.toThrow();
  expect(() => assertOpen(until, until)).toThrow(AccessOver);
});

test("a frozen conversation is told from one that is not", () => {
  expect(() => assertThawed({ frozenAt: null })).not.toThrow();
  expect(() => assertThawed({ frozenAt: new Date() })).toThrow(ConversationFrozen);
});
