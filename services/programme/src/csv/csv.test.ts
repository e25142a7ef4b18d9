import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { readCsv } from "./read-csv.ts";
import { writeCsv } from "./write-csv.ts";

test("columns come in any order, with quotes, blanks, a byte order mark and either line end", () => {
  expect(readCsv('\uFEFFhub, urn\r\n"Humber, Hull" , 117858\r\n\r\nFens,2\n', ["urn", "hub"])).toEqual([
    { line: 2, cells: { urn: "117858", hub: "Humber, Hull" } },
    { line: 4, cells: { urn: "2", hub: "Fens" } },
  ]);
});

test("a row that is too short is read with empty cells, so that it can be refused by its line", () => {
  expect(readCsv("urn,hub\n117858\n", ["urn", "hub"])).toEqual([{ line: 2, cells: { urn: "117858", hub: "" } }]);
});

test.each([
  ["", "header"],
  ["urn\n1", "header"],
  ["urn,hub,more\n1,2,3", "header"],
  ["urn,hub\n", "1 to 5000 rows"],
  [`urn,hub\n${"1,2\n".repeat(5001)}`, "1 to 5000 rows"],
  ['urn,hub\n"1,2\n', "not CSV"],
])("what cannot be such a file is refused, and said why: %#", (text, why) => {
  const attempt = () => readCsv(text, ["urn", "hub"]);
  expect(attempt).toThrow(BadInput);
  expect(attempt).toThrow(why);
});

const isFormula = /^[=+\-@\t\r]/;

test("no cell that somebody wrote starts a formula, and every text is read back", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.constantFrom("=1+1", "+1", "-1", "@SUM(A1)", "\t=1")), { minLength: 1 }),
      (rows) => {
        const text = writeCsv(["a", "b"], rows);
        const [header, ...cells] = parse(text) as string[][];
        expect(header).toEqual(["a", "b"]);
        for (const [at, row] of cells.entries()) {
          for (const [column, cell] of row.entries()) {
            expect(isFormula.test(cell)).toBe(false);
            const written = rows[at]?.[column] ?? "";
            expect(isFormula.test(written) ? cell.slice(1) : cell).toBe(written);
          }
        }
      },
    ),
  );
});

test("numbers stay numbers and what is not known is empty", () => {
  expect(writeCsv(["Minutes", "Day"], [[45, null]])).toBe("Minutes,Day\r\n45,\r\n");
});
