import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type GiasLayoutName, type GiasRow, giasFile, giasRows } from "@psqm/testing/gias-file";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher } from "@psqm/testing/viewers";
import { people } from "../../service.ts";
import type { ChangedSchool } from "../school.events.ts";
import { type ImportOptions, importSchools, type Progress } from "./import-schools.ts";

let service: TestSubgraph;
let folder: string;

beforeAll(async () => {
  service = await startTestSubgraph(people);
  folder = await mkdtemp(path.join(tmpdir(), "psqm-gias-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await service.close();
});
beforeEach(async () => {
  const em = service.database.em.fork();
  for (const table of ["register_change", "register_import", "school_urn", "school"])
    await em.execute(`delete from ${table}`);
});

const run = (file: string, options?: ImportOptions) => importSchools(service.caller(), file, options);

async function fileOf(content: Buffer | string): Promise<string> {
  const file = path.join(folder, "extract.csv");
  await writeFile(file, content);
  return file;
}

const extract = (rows: readonly GiasRow[], layout: GiasLayoutName = "short") => fileOf(giasFile(layout, rows));
const refusalOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  );

async function known(urn: string): Promise<Record<string, unknown> | undefined> {
  const rows = await service.database.em
    .fork()
    .execute<Record<string, unknown>[]>("select *, pupils_counted_on::text as counted from school where urn = ?", [
      urn,
    ]);
  return rows[0];
}

async function countKnown(): Promise<number> {
  const [row] = await service.database.em.fork().execute<{ n: number }[]>("select count(*)::int as n from school");
  return row?.n ?? 0;
}

async function lastEvents(after: number): Promise<ChangedSchool[][]> {
  const events = await service.emitted("schools.changed");
  return events.slice(after).map(({ payload }) => (payload as { schools: ChangedSchool[] }).schools);
}

test.each(["short", "full"] as const)(
  "the %s layout is imported whole, with progress and events of at most 500",
  async (layout) => {
    const before = (await service.emitted("schools.changed")).length;
    const progress: Progress[] = [];
    const report = await run(await extract(giasRows(1200), layout), { onProgress: (at) => progress.push(at) });
    expect(report).toMatchObject({
      rows: 1200,
      added: 1200,
      changed: 0,
      unchanged: 0,
      elsewhere: 0,
      skipped: 0,
      badRows: [],
    });
    expect(report).toMatchObject(
      layout === "short" ? { columns: 24, encoding: "UTF-8" } : { columns: 139, encoding: "Windows-1252" },
    );
    expect(progress.at(-1)).toMatchObject({ rows: 1200, bytes: progress.at(-1)?.totalBytes });
    const batches = await lastEvents(before);
    expect(batches.map((batch) => batch.length)).toEqual([500, 500, 200]);
    expect(batches.flat().find(({ urn }) => urn === "990001")).toEqual({
      schoolId: (await known("990001"))?.["id"],
      urn: "990001",
      name: "Wolds Edge Primary School",
      localAuthority: "East Riding of Yorkshire",
      phase: "Primary",
      type: "Community school",
      status: "OPEN",
      pupils: 64,
      pupilsCountedOn: layout === "full" ? "2023-01-19" : null,
    });
    expect((await known("100002"))?.["name"]).toBe("Café Row Primary School 2");
  },
);

test("a second import changes only what differs, and tells of that only", async () => {
  const rows = giasRows(700);
  await run(await extract(rows));
  const before = (await service.emitted("schools.changed")).length;
  expect(await run(await extract(rows))).toMatchObject({ added: 0, changed: 0, unchanged: 700 });
  expect(await lastEvents(before)).toEqual([]);

  const edited = rows.map((row, index) => (index === 650 ? { ...row, NumberOfPupils: "7" } : row));
  const report = await run(await extract([...edited, { ...rows[5], URN: "123456" }]));
  expect(report).toMatchObject({ added: 1, changed: 1, unchanged: 699 });
  const [batch, ...more] = await lastEvents(before);
  expect(more).toEqual([]);
  expect(batch?.map(({ urn }) => urn).sort()).toEqual(["100650", "123456"]);
});

test("an id survives the import that changes the school", async () => {
  const [row] = giasRows(1);
  await run(await extract([row ?? {}]));
  const first = await known("990001");
  await run(await extract([{ ...row, EstablishmentName: "Wolds Top Primary School" }]));
  expect(await known("990001")).toMatchObject({ id: first?.["id"], name: "Wolds Top Primary School" });
});

test("a day of counting stays when a file that cannot say it has the same number, and goes when the number differs", async () => {
  const [row] = giasRows(1);
  await run(await extract([row ?? {}], "full"));
  expect(await run(await extract([row ?? {}], "short"))).toMatchObject({ unchanged: 1 });
  expect(await known("990001")).toMatchObject({ pupils: 64, counted: "2023-01-19" });
  await run(await extract([{ ...row, NumberOfPupils: "65" }], "short"));
  expect(await known("990001")).toMatchObject({ pupils: 65, counted: null });
});

test("bad rows are told with line and reason and skipped, and the good ones are written", async () => {
  const [a, b, c, d, e, f, g, h, i] = giasRows(9);
  const report = await run(
    await extract([
      a ?? {},
      { ...b, URN: "12345" },
      { ...c, EstablishmentName: " " },
      { ...d, "LA (name)": "" },
      { ...e, NumberOfPupils: "many" },
      { ...f, CloseDate: "2023-02-30" },
      { ...g, "EstablishmentStatus (name)": "Ajar" },
      { ...h, URN: a?.["URN"] ?? "" },
      { ...i, EstablishmentName: "CafÃ© Primary" },
    ]),
  );
  expect(report).toMatchObject({ rows: 9, added: 1, skipped: 8 });
  expect(report.badRows.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '3: the URN has six digits, this is "12345"',
    "4: the name is missing",
    "5: the local authority is missing",
    '6: the number of pupils is a whole number, this is "many"',
    '7: CloseDate is a date such as 16-01-2020 or 2020-01-16, this is "2023-02-30"',
    '8: the status "Ajar" is unknown',
    "9: the URN 990001 is on line 2 already; that row counts",
    '10: EstablishmentName has characters of another encoding: "CafÃ© Primary"',
  ]);
});

test("a field too long to be sorted by is a bad row, and the others count", async () => {
  const [a, b, c] = giasRows(3);
  const text = randomBytes(4000).toString("hex");
  const report = await run(await extract([{ ...a, EstablishmentName: text }, { ...b, "LA (name)": text }, c ?? {}]));
  expect(report).toMatchObject({ rows: 3, added: 1, skipped: 2 });
  expect(report.badRows[0]?.reason).toContain("EstablishmentName has 8000 characters, at most 300 are taken");
});

test("a row of another width in the middle is a bad row, and lines are counted through breaks and blank lines", async () => {
  const [a, b, c] = giasRows(3);
  const text = giasFile("short", [{ ...a, Street: "two\r\nlines" }, b ?? {}, c ?? {}]).toString();
  const report = await run(await fileOf(text.replace("\r\n990002", "\r\n\r\ntoo,many,990002")));
  expect(report).toMatchObject({ rows: 3, added: 2, skipped: 1 });
  expect(report.badRows).toEqual([{ line: 5, urn: null, reason: "it has 26 columns, the first line has 24" }]);
  expect((await known("990001"))?.["street"]).toBe("two\r\nlines");
});

test.each(["É", "é", "à", "’", "ŵ"])(
  "a row with %s in UTF-8 within a file of Windows-1252 is a bad row, not a garbled school",
  async (letter) => {
    const [a, b, c] = giasRows(3);
    const rows = [a ?? {}, { ...b, EstablishmentName: "Caf@ Primary" }, c ?? {}];
    const file = giasFile("full", rows);
    const at = file.indexOf("@");
    const mixed = Buffer.concat([file.subarray(0, at), Buffer.from(letter), file.subarray(at + 1)]);
    const report = await run(await fileOf(mixed));
    expect(report).toMatchObject({ encoding: "Windows-1252", added: 2, skipped: 1, badRows: [{ line: 3 }] });
  },
);

test("all or nothing writes nothing when any row is bad, and names every bad row", async () => {
  const before = (await service.emitted("schools.changed")).length;
  const rows = giasRows(1100).map((row, index) => (index === 3 || index === 1050 ? { ...row, URN: "x" } : row));
  const refusal = await refusalOf(run(await extract(rows), { allOrNothing: true }));
  expect(refusal).toMatchObject({ code: "BAD_ROWS", report: { skipped: 2, badRows: [{ line: 5 }, { line: 1052 }] } });
  expect(await countKnown()).toBe(0);
  expect(await lastEvents(before)).toEqual([]);
  expect(await run(await extract(giasRows(10)), { allOrNothing: true })).toMatchObject({ added: 10 });
});

test("schools outside England are left out, which is no fault", async () => {
  const [a, b] = giasRows(2);
  const rows = [a ?? {}, { ...b, "TypeOfEstablishment (name)": "Welsh establishment" }];
  expect(await run(await extract(rows, "full"), { allOrNothing: true })).toMatchObject({
    added: 1,
    elsewhere: 1,
    skipped: 0,
  });
});

test("a file that is not GIAS's is refused, naming what it lacks", async () => {
  const refusal = await refusalOf(run(await fileOf("URN,Name\r\n100000,Oak\r\n")));
  expect(refusal).toMatchObject({ code: "NOT_A_GIAS_FILE", message: expect.stringContaining('"EstablishmentName"') });
  expect(await refusalOf(run(await fileOf("")))).toMatchObject({ code: "NOT_A_GIAS_FILE" });
});

test.each([
  ["inside a quoted field", "full", (file: Buffer) => file.subarray(0, file.lastIndexOf("Primary"))],
  ["between two fields", "short", (file: Buffer) => file.subarray(0, file.lastIndexOf("Open"))],
  ["inside the last field", "short", (file: Buffer) => file.subarray(0, file.length - 6)],
] as const)("a file cut off %s is refused with the line, and nothing is written", async (_where, layout, cut) => {
  const refusal = await refusalOf(run(await fileOf(cut(giasFile(layout, giasRows(1300))))));
  expect(refusal).toMatchObject({ code: "FILE_TRUNCATED", details: { line: 1301 } });
  expect(await countKnown()).toBe(0);
});

test("a quotation mark that is never closed is refused with the line where it opens", async () => {
  const rows = giasRows(3000).map((row, index) => ({ ...row, EstablishmentName: `School ${index}` }));
  const text = giasFile("short", rows).toString().replace("School 5,", '"School 5,');
  expect(await refusalOf(run(await fileOf(text)))).toMatchObject({ code: "FILE_TRUNCATED", details: { line: 7 } });
  expect(await countKnown()).toBe(0);
});

test("a file that was written by hand may end without a line end", async () => {
  const text = giasFile("short", giasRows(2)).toString().replaceAll("\r\n", "\n").trimEnd();
  expect(await run(await fileOf(text))).toMatchObject({ added: 2 });
});

test("a byte order mark, the other encoding and columns in another order do not matter", async () => {
  const [row] = giasRows(3).slice(2);
  const short = giasFile("short", [row ?? {}]).toString();
  expect(await run(await fileOf(`\uFEFF${short}`))).toMatchObject({ encoding: "UTF-8", added: 1 });
  expect(await run(await fileOf(Buffer.from(short, "latin1")))).toMatchObject({
    encoding: "Windows-1252",
    unchanged: 1,
  });
  const turned = short
    .split("\r\n")
    .map((line) => line.split(",").reverse().join(","))
    .join("\r\n");
  expect(await run(await fileOf(turned))).toMatchObject({ unchanged: 1 });
});

test.each([
  ["UTF-16", Buffer.from("\uFEFFURN,Name\n", "utf16le"), "NOT_A_TEXT_FILE"],
  ["zero bytes", Buffer.from("URN\0,Name\n"), "NOT_A_TEXT_FILE"],
  [
    "a belied byte order mark",
    Buffer.concat([Buffer.from("\uFEFFURN,"), Buffer.from([0xe9, 0x0a])]),
    "NOT_A_TEXT_FILE",
  ],
])("a file with %s is refused", async (_what, content, code) => {
  expect(await refusalOf(run(await fileOf(content)))).toMatchObject({ code });
});

test("a missing file and a folder are refused with a sentence", async () => {
  expect(await refusalOf(run(path.join(folder, "nowhere.csv")))).toMatchObject({ code: "FILE_UNREADABLE" });
  expect(await refusalOf(run(folder))).toMatchObject({ code: "FILE_UNREADABLE" });
});

test("only the programme team and the platform import", async () => {
  const caller = service.caller(headTeacher("sch_one"));
  expect(await refusalOf(importSchools(caller, await extract(giasRows(2))))).toMatchObject({ code: "FORBIDDEN" });
});

const REAL = process.env["GIAS_CSV"];
const REAL_ALL_COLUMNS = process.env["GIAS_CSV_ALL_COLUMNS"];
const whereReal = (file: string | undefined) => (file && existsSync(file) ? test : test.skip);

whereReal(REAL)("the real register of 16,931 schools is imported whole, and again without a change", async () => {
  expect(await run(REAL ?? "")).toMatchObject({
    rows: 16_931,
    added: 16_931,
    skipped: 0,
    encoding: "UTF-8",
    columns: 24,
  });
  expect(await run(REAL ?? "")).toMatchObject({ unchanged: 16_931, added: 0, changed: 0 });
});

whereReal(REAL_ALL_COLUMNS)("the real sample of all columns is imported, less its Welsh schools", async () => {
  expect(await run(REAL_ALL_COLUMNS ?? "")).toMatchObject({
    rows: 99,
    columns: 139,
    skipped: 0,
    elsewhere: 51,
    added: 48,
  });
});
