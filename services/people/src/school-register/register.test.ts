import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type GiasRow, giasFile, giasRows } from "@psqm/testing/gias-file";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, programmeTeam } from "@psqm/testing/viewers";
import { parse } from "csv-parse/sync";
import { type ImportOptions, importSchools } from "../school/import/import-schools.ts";
import type { ChangedSchool } from "../school/school.events.ts";
import { people } from "../service.ts";
import { approveRegisterChanges } from "./approve-register-changes.ts";
import { RegisterChangeKind } from "./register-change.rules.ts";

let service: TestSubgraph;
let folder: string;
const hq = programmeTeam("per_helen");

beforeAll(async () => {
  service = await startTestSubgraph(people);
  folder = await mkdtemp(path.join(tmpdir(), "psqm-register-"));
  await service.database.em
    .fork()
    .execute("insert into person (id, name, email, created_at) values ('per_helen', 'Helen', 'h@psqm.example', now())");
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await service.close();
});
beforeEach(async () => {
  const em = service.database.em.fork();
  await em.execute("update school set successor_id = null");
  for (const table of ["register_change", "register_import", "school_urn", "school"])
    await em.execute(`delete from ${table}`);
});

async function extract(rows: readonly GiasRow[], options?: ImportOptions) {
  const file = path.join(folder, "extract.csv");
  await writeFile(file, giasFile("short", rows));
  return importSchools(service.caller(hq), file, options);
}

async function linksFile(links: readonly [urn: string, linkUrn: string, type: string][]): Promise<string> {
  const file = path.join(folder, "links.csv");
  const lines = links.map(([urn, linkUrn, type]) => `"${urn}","${linkUrn}","A school","${type}","01-09-2023"`);
  await writeFile(file, ["URN,LinkURN,LinkName,LinkType,LinkEstablishedDate", ...lines, ""].join("\r\n"));
  return file;
}

const approve = (importId: string, kinds: RegisterChangeKind[] | null = null) =>
  approveRegisterChanges(service.caller(hq), { importId, kinds });
const school = async (urn: string) =>
  (
    await service.query(
      hq,
      "query ($urn: String) { school(urn: $urn) { id urn name status pupils successor { urn } predecessors { urn } formerUrns { urn endedOn } } }",
      { urn },
    )
  ).data.school;
const closed = { "EstablishmentStatus (name)": "Closed", CloseDate: "2023-08-31" };
const rows = giasRows(12);
const row = (index: number, parts: GiasRow = {}): GiasRow => ({ ...rows[index], ...parts });
const urnOf = (index: number) => rows[index]?.["URN"] ?? "";

const DIFF = `query ($id: ID!, $kind: RegisterChangeKind) { registerImport(id: $id) {
  state asOf rows unchanged notMentioned stagedBy { name } counts { kind count applied }
  changes(first: 50, kind: $kind) { nodes { urn kind name successorUrn urnEndedOn appliedAt school { id } differences { field from to } } pageInfo { hasNextPage } } } }`;

/** An extract with one change of every kind, over the twelve schools. */
async function everyKind(options: ImportOptions = {}) {
  await extract(rows.map((given, index) => (index === 6 ? { ...given, ...closed } : given)));
  const links = await linksFile([
    [urnOf(4), urnOf(5), "Successor - merged"],
    [urnOf(5), urnOf(4), "Predecessor - merged"],
  ]);
  return extract(
    [
      row(0, { NumberOfPupils: "65" }),
      row(1, { "EstablishmentStatus (name)": "Open, but proposed to close" }),
      row(2, closed),
      row(3, closed),
      {
        ...row(3),
        URN: "150003",
        EstablishmentName: "Hill Academy",
        "TypeOfEstablishment (name)": "Academy converter",
      },
      row(4, closed),
      row(5),
      row(6),
      row(7),
      { ...row(8), URN: "150008", "EstablishmentStatus (name)": "Proposed to open" },
      row(8),
      { ...row(9), URN: "150009", EstablishmentNumber: "7777" },
    ],
    { links, ...options },
  );
}

test("an extract is staged: every kind of change is shown with what differs, and nothing is in force", async () => {
  const report = await everyKind({ stage: true });
  expect(report.kinds).toEqual({ ACADEMISED: 1, CHANGED: 1, CLOSED: 1, CLOSING: 1, MERGED: 1, NEW: 1, REOPENED: 1 });
  expect(report).toMatchObject({ rows: 12, added: 1, changed: 6, unchanged: 3, joined: 2, notMentioned: 3 });
  const { data, errors } = await service.query(hq, DIFF, { id: report.importId });
  expect(errors).toBeUndefined();
  expect(data.registerImport).toMatchObject({
    state: "STAGED",
    asOf: "2023-11-14",
    rows: 12,
    stagedBy: { name: "Helen" },
  });
  expect(data.registerImport.counts).toContainEqual({ kind: "MERGED", count: 1, applied: 0 });
  const shown = Object.fromEntries(
    data.registerImport.changes.nodes.map((change: { kind: string }) => [change.kind, change]),
  );
  expect(shown["CHANGED"]).toMatchObject({ urn: urnOf(0), differences: [{ field: "pupils", from: "64", to: "65" }] });
  expect(shown["CLOSING"].differences).toEqual([{ field: "status", from: "OPEN", to: "PROPOSED_TO_CLOSE" }]);
  expect(shown["CLOSED"]).toMatchObject({ urn: urnOf(2), successorUrn: null });
  expect(shown["MERGED"]).toMatchObject({ urn: urnOf(4), successorUrn: urnOf(5) });
  expect(shown["REOPENED"]).toMatchObject({ urn: urnOf(6) });
  expect(shown["NEW"]).toMatchObject({ urn: "150009", school: null });
  expect(shown["ACADEMISED"]).toMatchObject({
    urn: urnOf(3),
    name: "Hill Academy",
    successorUrn: "150003",
    urnEndedOn: "2023-08-31",
    school: { id: expect.stringMatching(/^sch_/) },
    differences: [
      { field: "name", from: expect.any(String), to: "Hill Academy" },
      { field: "type", from: "Community school", to: "Academy converter" },
      { field: "urn", from: urnOf(3), to: "150003" },
    ],
  });
  expect(await school(urnOf(0))).toMatchObject({ pupils: 64 });
  const onlyNew = await service.query(hq, DIFF, { id: report.importId, kind: "NEW" });
  expect(onlyNew.data.registerImport.changes.nodes.map(({ urn }: { urn: string }) => urn)).toEqual(["150009"]);
});

test("kinds are approved one after another; the rest waits, and the others hear of what came into force", async () => {
  const { importId } = await everyKind({ stage: true });
  const before = (await service.emitted("schools.changed")).length;
  expect(await approve(importId, [RegisterChangeKind.Changed])).toMatchObject({ state: "STAGED" });
  expect(await school(urnOf(0))).toMatchObject({ pupils: 65 });
  expect(await school(urnOf(2))).toMatchObject({ status: "OPEN" });
  expect(await approve(importId)).toMatchObject({ state: "APPLIED", decidedById: "per_helen" });
  expect(await school(urnOf(2))).toMatchObject({ status: "CLOSED", successor: null });
  const events = (await service.emitted("schools.changed")).slice(before);
  const told = events.flatMap(({ payload }) => (payload as { schools: ChangedSchool[] }).schools);
  expect(told).toHaveLength(7);
  await expect(approve(importId)).rejects.toMatchObject({ code: "REGISTER_IMPORT_DECIDED" });
});

test("a school that becomes an academy stays the same school, found by both URNs, and what it was called is kept", async () => {
  await extract(rows);
  const before = await school(urnOf(3));
  await everyKind();
  const after = await school("150003");
  expect(after).toMatchObject({
    id: before.id,
    urn: "150003",
    name: "Hill Academy",
    status: "OPEN",
    formerUrns: [{ urn: urnOf(3), endedOn: "2023-08-31" }],
  });
  expect(await school(urnOf(3))).toEqual(after);
  const { data } = await service.entities(hq, [{ __typename: "School", urn: urnOf(3) }], "... on School { id }");
  expect(data._entities).toEqual([{ id: before.id }]);
  // The register goes on to list the closed entry: no news.
  expect(
    await extract([
      row(3, closed),
      {
        ...row(3),
        URN: "150003",
        EstablishmentName: "Hill Academy",
        "TypeOfEstablishment (name)": "Academy converter",
      },
    ]),
  ).toMatchObject({
    unchanged: 2,
    added: 0,
    changed: 0,
  });
});

test("a school that merged leads to the one that took over, and back", async () => {
  await everyKind();
  expect(await school(urnOf(4))).toMatchObject({ status: "CLOSED", successor: { urn: urnOf(5) } });
  expect(await school(urnOf(5))).toMatchObject({ predecessors: [{ urn: urnOf(4) }] });
});

test("a merger into a new school wants the new one approved first, or with it", async () => {
  await extract(rows);
  const links = await linksFile([
    [urnOf(1), "150001", "Successor - amalgamated"],
    [urnOf(2), "150001", "Successor - amalgamated"],
  ]);
  const { importId, kinds } = await extract([row(1, closed), row(2, closed), { ...row(1), URN: "150001" }], {
    links,
    stage: true,
  });
  expect(kinds).toEqual({ MERGED: 2, NEW: 1 });
  await expect(approve(importId, [RegisterChangeKind.Merged])).rejects.toMatchObject({ code: "SUCCESSOR_PENDING" });
  await approve(importId, [RegisterChangeKind.Merged, RegisterChangeKind.New]);
  expect(await school("150001")).toMatchObject({
    predecessors: [{ urn: urnOf(2) }, { urn: urnOf(1) }].sort((a, b) => a.urn.localeCompare(b.urn)),
  });
});

test("an older extract is refused by name, and one that others overtook has to be staged again", async () => {
  const dated = (day: string) => [row(0, { LastChangedDate: day, NumberOfPupils: day.slice(-2) })];
  await extract(dated("2023-10-01"));
  const staged = await extract(dated("2023-10-02"), { stage: true });
  await extract(dated("2023-10-05"));
  await expect(extract(dated("2023-10-04"))).rejects.toMatchObject({
    code: "REGISTER_OLDER",
    details: { asOf: "2023-10-04", appliedAsOf: "2023-10-05" },
  });
  await expect(approve(staged.importId)).rejects.toMatchObject({ code: "REGISTER_MOVED_ON" });
  expect(await school(urnOf(0))).toMatchObject({ pupils: 5 });
  const reject = "mutation ($id: ID!) { rejectRegisterImport(importId: $id) { state decidedBy { name } } }";
  const rejected = await service.query(hq, reject, { id: staged.importId });
  expect(rejected.data.rejectRegisterImport).toEqual({ state: "REJECTED", decidedBy: { name: "Helen" } });
  // A slip of the register's: a day to come keeps nothing out.
  await extract(dated("2099-01-01"));
  await expect(extract(dated("2023-10-06"))).resolves.toMatchObject({ changed: 1 });
});

test("approving is for the programme team, and no kinds at all are refused", async () => {
  const { importId } = await everyKind({ stage: true });
  const other = service.caller(headTeacher("sch_a"));
  await expect(approveRegisterChanges(other, { importId, kinds: null })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(() => approve(importId, [])).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});

const REAL = process.env["GIAS_CSV"];
(REAL && existsSync(REAL) ? test : test.skip)(
  "on the real register closures, mergers, academies and new pupil numbers are shown, approved by kind and in force",
  async () => {
    const real: GiasRow[] = parse(await readFile(REAL ?? "", "utf8"), { columns: true, bom: true });
    await extract(real);
    const at = (index: number) => real[index] ?? {};
    const pick = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
    const academies = new Map(pick(2000, 300).map((index, n) => [index, String(160_000 + n)]));
    const merging = pick(4000, 20);
    const changed = real.flatMap((given, index): GiasRow[] => {
      const pupils = String(Number(given["NumberOfPupils"] || 0) + 1);
      if (index < 1000) return [{ ...given, NumberOfPupils: pupils }];
      if (index < 1100) return [{ ...given, ...closed }];
      const academy = academies.get(index);
      if (academy)
        return [
          { ...given, ...closed },
          { ...given, URN: academy, "TypeOfEstablishment (name)": "Academy converter" },
        ];
      return [merging.includes(index) ? { ...given, ...closed } : given];
    });
    const links = await linksFile(
      merging.map((index) => [at(index)["URN"] ?? "", at(index + 1000)["URN"] ?? "", "Successor - merged"]),
    );
    const { importId, kinds, notMentioned } = await extract(changed, { links, stage: true });
    expect(kinds).toEqual({ CHANGED: 1000, CLOSED: 100, ACADEMISED: 300, MERGED: 20 });
    expect(notMentioned).toBe(0);
    const { data } = await service.query(hq, DIFF, { id: importId, kind: "ACADEMISED" });
    expect(data.registerImport.changes).toMatchObject({ pageInfo: { hasNextPage: true } });
    for (const kind of [RegisterChangeKind.Closed, RegisterChangeKind.Academised]) await approve(importId, [kind]);
    await approve(importId);
    const [counted] = await service.database.em
      .fork()
      .execute(
        "select count(*)::int as schools, count(*) filter (where status = 'CLOSED')::int as closed, count(successor_id)::int as merged from school",
      );
    expect(counted).toEqual({ schools: 16_931, closed: 120, merged: 20 });
    expect(await extract(changed, { links })).toMatchObject({ added: 0, changed: 0 });
  },
);
