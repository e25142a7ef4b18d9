import { expect, test } from "@jest/globals";
import { dueAt } from "./retention.rules.ts";

test.each([
  ["2026-09-14T09:00:00Z", "2026-06-16T09:00:00.000Z", "2023-09-14T00:00:00.000Z"],
  ["2028-02-29T12:00:00Z", "2027-12-01T12:00:00.000Z", "2025-02-28T00:00:00.000Z"],
  ["2026-06-30T23:30:00Z", "2026-04-01T23:30:00.000Z", "2023-07-01T00:00:00.000Z"],
])("at %s words are due that were deleted before %s or sent before %s", (now, deletedBefore, sentBefore) => {
  const due = dueAt(new Date(now));
  expect([due.deletedBefore.toISOString(), due.sentBefore.toISOString()]).toEqual([deletedBefore, sentBefore]);
});
