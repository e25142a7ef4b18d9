import { expect, test } from "@jest/globals";
import { type Closure, type Heir, successions } from "./successions.rules.ts";

const closure = (urn: string, parts: Partial<Closure> = {}): Closure => ({
  urn,
  dfeNumber: "811/2001",
  isKnown: true,
  ...parts,
});
const heir = (urn: string, parts: Partial<Heir> = {}): Heir => ({
  urn,
  dfeNumber: "811/2001",
  isOpen: true,
  isNew: true,
  ...parts,
});
const link = (from: string, to: string, isWhole = true) => ({ from, to, isWhole });

test.each([
  ["by its DfE number a new school is the same one", [closure("1")], [heir("2")], [], [["1", "2", true]]],
  [
    "a school with the number that was known has an id of its own",
    [closure("1")],
    [heir("2", { isNew: false })],
    [],
    [["1", "2", false]],
  ],
  ["two new schools with the number are not clear", [closure("1")], [heir("2"), heir("3")], [], []],
  ["no number leads nowhere", [closure("1", { dfeNumber: null })], [heir("2", { dfeNumber: null })], [], []],
  [
    "a link goes before the number",
    [closure("1")],
    [heir("2"), heir("3", { dfeNumber: null })],
    [link("1", "3")],
    [["1", "3", true]],
  ],
  ["a link to nobody known is no succession", [closure("1")], [heir("2")], [link("1", "9")], []],
  ["a merger is another school", [closure("1")], [heir("2")], [link("1", "2", false)], [["1", "2", false]]],
  [
    "two that become one are merged",
    [closure("1"), closure("4")],
    [heir("2")],
    [link("1", "2"), link("4", "2")],
    [
      ["1", "2", false],
      ["4", "2", false],
    ],
  ],
  ["a split has no one heir", [closure("1")], [heir("2"), heir("3")], [link("1", "2"), link("1", "3")], []],
  [
    "an heir that closed too is linked, not the same",
    [closure("1")],
    [heir("2", { isOpen: false })],
    [link("1", "2")],
    [["1", "2", false]],
  ],
  ["of schools nobody knew only a link is told", [closure("1", { isKnown: false })], [heir("2")], [], []],
  [
    "and they never share an id",
    [closure("1", { isKnown: false })],
    [heir("2")],
    [link("1", "2")],
    [["1", "2", false]],
  ],
])("%s", (_title, closures, heirs, links, expected) => {
  expect(
    successions(closures, heirs, links).map(({ urn, successorUrn, isSameSchool }) => [urn, successorUrn, isSameSchool]),
  ).toEqual(expected);
});
