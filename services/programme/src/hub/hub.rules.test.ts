import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import { readHubInput } from "./hub.rules.ts";

const hub = { name: "Humber Science Hub", area: "East Riding and Hull", capacity: 12, leaderId: "per_0198a" };

test("texts are kept without the blanks around them", () => {
  expect(readHubInput({ ...hub, name: "  Humber Science Hub ", area: "East Riding and Hull\n" })).toEqual({
    ...hub,
    baseSchoolId: null,
  });
});

test.each([
  { name: " " },
  { name: "x".repeat(121) },
  { area: "" },
  { area: "x".repeat(121) },
  { capacity: 0 },
  { capacity: -1 },
  { capacity: 501 },
  { leaderId: "" },
  { leaderId: "hub_0198a" },
  { leaderId: "per_" },
  { leaderId: "per_'; drop table hub" },
])("a hub with %j is refused", (part) => {
  expect(() => readHubInput({ ...hub, ...part })).toThrow(BadInput);
});
