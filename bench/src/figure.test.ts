import { expect, test } from "@jest/globals";
import { line, median } from "./figure.ts";

test.each([
  [{ name: "a.b", value: 3.5, unit: "s" }, "figure a.b 3.5 s aim none"],
  [{ name: "a", value: 5, unit: "s", aim: { op: "<=", value: 5 } } as const, "figure a 5 s aim <= 5 ok"],
  [{ name: "a", value: 5.01, unit: "s", aim: { op: "<=", value: 5 } } as const, "figure a 5.01 s aim <= 5 short"],
  [{ name: "a", value: 9, unit: "MB", aim: { op: ">=", value: 10 } } as const, "figure a 9 MB aim >= 10 short"],
])("%j", (figure, expected) => {
  expect(line(figure)).toBe(expected);
});

test("the median is the middle, or halfway between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
