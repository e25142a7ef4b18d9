import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  allMarks,
  criteriaOf,
  criterionCodes,
  Mark,
  marksOf,
  missingCriteria,
  requiredCriteria,
} from "./framework.rules.ts";
import { frameworkS2 } from "./framework-s2.rules.ts";
import { frameworkOf } from "./frameworks.rules.ts";

const eleven = ["SL-A", "SL-B", "SL-C", "ST-A", "ST-B", "ST-C", "LE-A", "LE-B", "LE-C", "WO-A", "WO-B"];
const everything = [...eleven, "PD", "LOCAL", "WIDER"];

test("the framework has eleven criteria for all and three for Outreach, in document 002's order", () => {
  expect(criterionCodes(frameworkS2)).toEqual(everything);
  expect(marksOf(frameworkS2, "SL-A")).toEqual(allMarks);
  for (const code of ["PD", "LOCAL", "WIDER"]) expect(marksOf(frameworkS2, code)).toEqual([Mark.Outreach]);
});

test("PSQM and Gilt ask for eleven criteria, Outreach for thirteen", () => {
  expect(requiredCriteria(frameworkS2, Mark.Psqm)).toEqual(eleven);
  expect(requiredCriteria(frameworkS2, Mark.Gilt)).toEqual(eleven);
  expect(requiredCriteria(frameworkS2, Mark.Outreach)).toEqual([...eleven, "PD", "LOCAL or WIDER"]);
});

test.each([
  [[], ["PD", "LOCAL or WIDER"]],
  [["PD"], ["LOCAL or WIDER"]],
  [["LOCAL"], ["PD"]],
  [["WIDER"], ["PD"]],
  [["LOCAL", "WIDER"], ["PD"]],
  [["PD", "LOCAL"], []],
  [["PD", "WIDER"], []],
  [["PD", "LOCAL", "WIDER"], []],
])("Outreach with the eleven and %j still wants %j", (extra, wanted) => {
  expect(missingCriteria(frameworkS2, Mark.Outreach, [...eleven, ...extra])).toEqual(wanted);
});

test("for each of the 16,384 sets of written criteria, a mark is complete exactly when document 002 says so", () => {
  for (let set = 0; set < 2 ** everything.length; set += 1) {
    const written = everything.filter((_, bit) => set & (1 << bit));
    const has = (code: string) => written.includes(code);
    const gilt = eleven.every(has);
    const outreach = gilt && has("PD") && (has("LOCAL") || has("WIDER"));
    const complete = allMarks.map((mark) => missingCriteria(frameworkS2, mark, written).length === 0);
    if (complete.join() !== [gilt, gilt, outreach].join()) throw new Error(`wrong about ${written.join(" ")}`);
  }
});

test("writing what is missing, whichever alternative one takes, completes the mark; writing more never undoes it", () => {
  const marks = fc.constantFrom(...allMarks);
  const sets = fc.subarray(everything);
  fc.assert(
    fc.property(marks, sets, sets, fc.boolean(), (mark, written, more, first) => {
      const missing = missingCriteria(frameworkS2, mark, written);
      expect(missing.some((code) => written.includes(code))).toBe(false);
      const taken = missing.map((entry) => entry.split(" or ").at(first ? 0 : -1) ?? "");
      expect(taken.every((code) => criteriaOf(frameworkS2, mark).includes(code))).toBe(true);
      expect(missingCriteria(frameworkS2, mark, [...written, ...taken, ...more])).toEqual([]);
    }),
  );
});

test("a version that nobody has written is refused by its name", () => {
  expect(frameworkOf("framework-s2")).toBe(frameworkS2);
  expect(() => frameworkOf("framework-s9")).toThrow("framework-s9");
});
