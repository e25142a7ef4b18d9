import { expect, test } from "@jest/globals";
import { withoutDescription } from "./descriptions.ts";
import { differences } from "./differences.ts";

const schema = `
"a" type Query { "b" hubs("c" first: Int = 20): [Hub!]! }
"d" type Hub { "e" id: ID! "f" kind: Kind }
"g" enum Kind { "h" SCIENCE }
"i" input NewHub { "j" name: String! }
scalar Day`;

test.each([
  ["a new field", schema.replace(`"e" id: ID!`, `"e" id: ID! "k" name: String`), ["+ Hub.name"]],
  ["a field that goes", schema.replace(`"f" kind: Kind`, ""), ["- Hub.kind"]],
  ["another type of a field", schema.replace("kind: Kind", "kind: Kind!"), ["~ Hub.kind"]],
  ["another default", schema.replace("= 20", "= 10"), ["~ Query.hubs(first:)"]],
  ["another description", schema.replace(`"h"`, `"hh"`), ["~ Kind.SCIENCE"]],
  ["another order", `scalar Day ${schema.replace("scalar Day", "")}`, ["other text"]],
])("%s is told by its name", (_title, after, expected) => {
  expect(differences(schema, after)).toEqual(expected);
});

test("a file that is not there is told as missing, and a long list is cut", () => {
  expect(differences(undefined, schema)).toEqual(["missing"]);
  const many = `enum E { ${Array.from({ length: 40 }, (_, index) => `V${index}`).join(" ")} }`;
  expect(differences(schema, `${schema} ${many}`).at(-1)).toBe("… and 16 more");
});

test.each([
  ["a type", `"d" `, ["Hub"]],
  ["a field", `"f" `, ["Hub.kind"]],
  ["an argument", `"c" `, ["Query.hubs(first:)"]],
  ["an enum value", `"h" `, ["Kind.SCIENCE"]],
  ["an input field", `"j" `, ["NewHub.name"]],
])("%s without a description is found", (_title, taken, expected) => {
  expect(withoutDescription(schema.replace("scalar Day", `"l" scalar Day`).replace(taken, ""))).toEqual(expected);
});
