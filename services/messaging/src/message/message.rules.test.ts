import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import fc from "fast-check";
import {
  assertEditable,
  CursorAhead,
  clientKey,
  EditWindowOver,
  MessageDeleted,
  mentioned,
  messageText,
  NobodyHere,
  startingPoint,
} from "./message.rules.ts";

test.each([
  ["Well done", "Well done"],
  ["  \n Well done\t ", "Well done"],
  ["one\r\ntwo\n\tthree", "one\ntwo\n\tthree"],
  ["🔬 Ysgol Gynradd — naïve £5", "🔬 Ysgol Gynradd — naïve £5"],
  ["x".repeat(10_000), "x".repeat(10_000)],
  ["🔬".repeat(10_000), "🔬".repeat(10_000)],
  [`${"x".repeat(10_000)}   `, "x".repeat(10_000)],
])("the text %j is kept as %j", (written, kept) => {
  expect(messageText(written)).toBe(kept);
});

test.each([
  ["nothing", ""],
  ["white space alone", " \n\t\u00a0 "],
  ["10,001 characters", "x".repeat(10_001)],
  ["10,001 emoji", "🔬".repeat(10_001)],
  ["a NUL", "a\u0000b"],
  ["a lone carriage return", "a\rb"],
  ["an escape", "a\u001b[31mb"],
  ["a C1 control", "a\u0085b"],
  ["half an emoji", `a${"🔬"[0]}b`],
])("a text of %s is refused", (_what, written) => {
  expect(() => messageText(written)).toThrow(BadInput);
});

test("whatever text is kept is within the bounds and is kept the same a second time", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string()), (written) => {
      let kept: string;
      try {
        kept = messageText(written);
      } catch (error) {
        expect(error).toBeInstanceOf(BadInput);
        return;
      }
      expect(kept).not.toMatch(/[^\P{Cc}\n\t]/u);
      expect([...kept].length).toBeGreaterThan(0);
      expect(messageText(kept)).toBe(kept);
    }),
  );
});

test.each(["", "x".repeat(201), "a\u0000", "a\n", "\ud800"])("the client key %j is refused", (key) => {
  expect(() => clientKey(key)).toThrow(BadInput);
});

test.each(["1", "x".repeat(200)])("the client key %j is taken", (key) => {
  expect(clientKey(key)).toBe(key);
});

test.each([
  [undefined, 7, 7],
  [null, 0, 0],
  [0, 7, 0],
  [7, 7, 7],
])("after %j of a conversation that has reached %i one goes on from %i", (after, last, start) => {
  expect(startingPoint(after, last)).toBe(start);
});

test.each([
  [-1, 7],
  [8, 7],
  [1, 0],
])("after %i of a conversation that has reached %i is refused", (after, last) => {
  expect(() => startingPoint(after, last)).toThrow(CursorAhead);
});

const minute = 60_000;

test.each([0, 1, 15 * minute])("a message of %i ms ago may be corrected", (age) => {
  expect(() => assertEditable({ sentAt: new Date(0), deletedAt: null }, new Date(age))).not.toThrow();
});

test("a message of more than 15 minutes ago may not be corrected, nor one that was deleted", () => {
  const late = new Date(15 * minute + 1);
  expect(() => assertEditable({ sentAt: new Date(0), deletedAt: null }, late)).toThrow(EditWindowOver);
  expect(() => assertEditable({ sentAt: new Date(0), deletedAt: new Date(1) }, new Date(2))).toThrow(MessageDeleted);
});

test("people who take part are mentioned once each, twenty at most", () => {
  const twenty = Array.from({ length: 20 }, (_, n) => `per_${n}`);
  expect(mentioned(["per_1", "per_0", "per_1"], twenty)).toEqual(["per_1", "per_0"]);
  expect(mentioned(twenty, twenty)).toEqual(twenty);
  expect(() => mentioned([...twenty, "per_20"], [...twenty, "per_20"])).toThrow(BadInput);
  expect(() => mentioned(["per_1", "per_99"], twenty)).toThrow(NobodyHere);
});
