import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { giasFile, giasRows, HUNDRED_SCHOOL, SMALL_SCHOOL } from "@psqm/testing/gias-file";

export interface RealSchools {
  file: string;
  /** In the East Riding of Yorkshire, with fewer than 100 pupils. */
  smallEastRiding: string;
  /** With exactly 100 pupils, elsewhere. */
  exactly100: string;
  /** How many schools the file has. */
  rows: number;
}

const MADE_UP = 1_000;

/** An extract in GIAS's full layout, 139 columns in ISO-8859-1: `GIAS_CSV_ALL_COLUMNS`, else a generated one. */
export async function allColumnsFile(folder: string): Promise<string> {
  const given = process.env["GIAS_CSV_ALL_COLUMNS"];
  if (given) return given;
  const file = path.join(folder, "gias-all-columns.csv");
  await writeFile(file, giasFile("full", giasRows(99)));
  return file;
}

/** The national register where the machine has it (`GIAS_CSV`), else a generated file in the same layout. */
export async function nationalSchools(folder: string): Promise<RealSchools> {
  const given = process.env["GIAS_CSV"];
  const file = given ?? path.join(folder, "gias.csv");
  if (!given) await writeFile(file, giasFile("short", giasRows(MADE_UP)));
  const lines = (await readFile(file, "utf8")).split(/\r?\n/).filter(Boolean);
  const header = (lines[0] ?? "")
    .replace(/^\uFEFF/, "")
    .split(",")
    .map((name) => name.replaceAll('"', ""));
  const schools = lines.slice(1).map((line) => {
    // Names with commas stand in quotes; the columns wanted here are found without them.
    const cells = line.replace(/"([^"]*)"/g, (_, text: string) => text.replaceAll(",", " ")).split(",");
    const cell = (name: string) => cells[header.indexOf(name)] ?? "";
    return { urn: cell("URN"), la: cell("LA (name)"), pupils: cell("NumberOfPupils") };
  });
  const free = schools.filter(({ urn }) => urn !== SMALL_SCHOOL.urn && urn !== HUNDRED_SCHOOL.urn);
  const eastRiding = "East Riding of Yorkshire";
  const small = free.find(({ la, pupils }) => la === eastRiding && pupils !== "" && Number(pupils) < 100);
  const hundred = free.find(({ la, pupils }) => la !== eastRiding && pupils === "100");
  if (!small || !hundred) throw new Error(`${file} has no school to play the year with.`);
  return { file, smallEastRiding: small.urn, exactly100: hundred.urn, rows: schools.length };
}
