import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import fc from "fast-check";
import { draftAfterRefusal, draftText, isSent } from "./draft.rules.ts";

test("whatever was refused and whatever was kept, both are in the draft afterwards", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (kept, refused) => {
      const after = draftAfterRefusal(kept, refused);
      expect(after).toContain(kept);
      expect(after).toContain(refused);
      expect(draftAfterRefusal(after, refused)).toBe(after);
    }),
  );
});

test.each([
  ["", "Hello", "Hello"],
  ["Hel", "Hello", "Hello"],
  ["Hello there", "Hello", "Hello there"],
  ["One thing", "Another", "One thing\n\nAnother"],
])("%j kept and %j refused make %j", (kept, refused, after) => {
  expect(draftAfterRefusal(kept, refused)).toBe(after);
});

test("a draft is kept as typed but for what no text can hold", () => {
  expect(draftText("  a\r\n\t\u001b b ")).toBe("  a\r\n\t\u001b b ");
  expect(draftText("a\0b")).toBe("ab");
  expect(draftText("\ud800")).toBe("\ufffd");
  expect(draftText("x".repeat(100_000))).toHaveLength(100_000);
  expect(() => draftText("x".repeat(100_001))).toThrow(BadInput);
});

test("a draft is sent when its text is, whatever white space surrounds it", () => {
  expect(isSent(" Hello\r\nyou \n", "Hello\nyou")).toBe(true);
  expect(isSent("Hello, and more", "Hello")).toBe(false);
});
