import { expect, test } from "@jest/globals";
import { isDay } from "./clock.ts";

test.each(["0001-01-01", "2024-02-29", "9999-12-31"])("%s is a day", (text) => {
  expect(isDay(text)).toBe(true);
});

test.each(["0000-01-01", "2023-02-29", "2026-1-1", "10000-01-01", "-001-01-01", "2026-01-01T00:00", ""])(
  "%j is none",
  (text) => {
    expect(isDay(text)).toBe(false);
  },
);
