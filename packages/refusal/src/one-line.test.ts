import { expect, test } from "@jest/globals";
import { hasUnseen, oneLine } from "./one-line.ts";

const name = (text: string) => oneLine(text, "A name", 10);

test.each([
  ["white space of all kinds", "\u00A0Ada\n\tLove\u2028lace", "Ada Love lace".slice(0, 13)],
  ["a zero-width space", "Ada\u200BL", "AdaL"],
  ["a mark that turns the direction", "\u202EadA\u2066", "adA"],
  ["a byte order mark and a soft hyphen", "\uFEFFA\u00ADda", "Ada"],
  ["a filler that counts as a letter", "A\u3164da", "Ada"],
  ["a letter and its accent apart", "Zoe\u0308", "Zoë"],
])("a name with %s is kept as it is seen", (_what, written, kept) => {
  expect(oneLine(written, "A name", 20)).toBe(kept);
});

test.each([
  ["of nothing but the unseen", "\u200B \u202E"],
  ["too long", "x".repeat(11)],
  ["with NUL", "A\0da"],
  ["with an escape", "A\u001B[1m"],
])("a name %s is refused", (_what, written) => {
  expect(() => name(written)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});

test("letters outside the first plane count as one each", () => {
  expect(name("😀".repeat(10))).toBe("😀".repeat(10));
});

test("an address that holds what nobody sees is told", () => {
  expect(["a@b.example", "a\u200B@b.example", "a\0@b.example", "a\u202E@b.example"].map(hasUnseen)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});
