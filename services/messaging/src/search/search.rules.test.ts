import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import fc from "fast-check";
import { FOUND_BEGINS, FOUND_ENDS, parts, searchWords } from "./search.rules.ts";

test("an excerpt taken apart says what it said, and knows what was found", () => {
  const piece = fc.record({
    text: fc.string({ minLength: 1 }).filter((text) => !/\p{Cc}/u.test(text)),
    found: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const excerpt = pieces.map(({ text, found }) => (found ? `${FOUND_BEGINS}${text}${FOUND_ENDS}` : text)).join("");
      const taken = parts(excerpt);
      expect(taken.map(({ text }) => text).join("")).toBe(pieces.map(({ text }) => text).join(""));
      expect(taken.filter(({ found }) => found)).toEqual(pieces.filter(({ found }) => found));
    }),
  );
});

test.each(["", "  ", "x".repeat(201), "a\u0001b", "\ud800"])("one cannot search for %j", (words) => {
  expect(() => searchWords(words)).toThrow(BadInput);
});

test("white space at the ends is no part of what one searches for", () => {
  expect(searchWords(" action plan ")).toBe("action plan");
  expect(searchWords("x".repeat(200))).toHaveLength(200);
});
