import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { connectDatabase, type Database } from "@psqm/database/connect";
import { giasFile, giasRows, writeGiasFile } from "@psqm/testing/gias-file";
import { type TestDatabase, testDatabase } from "@psqm/testing/test-database";
import { until } from "@psqm/testing/until";
import { entities } from "../entities.ts";
import { people } from "../service.ts";

let database: TestDatabase;
let folder: string;
let admin: Database;

beforeAll(async () => {
  database = await testDatabase([{ service: "people", migrations: people.migrations }]);
  folder = await mkdtemp(path.join(tmpdir(), "psqm-commands-"));
  admin = await connectDatabase({ url: database.adminUrl, schema: "people", entities });
});
afterAll(async () => {
  await admin.close(true);
  await rm(folder, { recursive: true });
  await database.drop();
});
beforeEach(() => sql("truncate people.school cascade; truncate people.outbox"));

const sql = (text: string) => admin.em.fork().execute<Record<string, unknown>[]>(text);

interface Running {
  child: ChildProcess;
  /** Exit code and all that was said. */
  end: Promise<{ code: number | null; out: string; err: string }>;
}

function start(command: string, args: string[], url: string | undefined = database.urlOf("people")): Running {
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, [path.join(import.meta.dirname, `${command}.js`), ...args], {
    env: { ...env, ...(url && { DATABASE_URL: url }) },
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += text));
  child.stderr.on("data", (text) => (said.err += text));
  return { child, end: once(child, "close").then(([code]) => ({ code: code as number | null, ...said })) };
}

const run = (command: string, args: string[], url?: string) => start(command, args, url).end;

async function countSchools(): Promise<number> {
  const [row] = await sql("select count(*)::int as n from people.school");
  return Number(row?.["n"]);
}

const file = (name: string) => path.join(folder, name);

test("import-schools shows progress, reports what it did and the bad rows, and ends well", async () => {
  const rows = giasRows(700).map((row, index) => (index >= 600 && index < 660 ? { ...row, URN: "x" } : row));
  await writeFile(file("some.csv"), giasFile("short", rows));
  const { code, out, err } = await run("import-schools", [file("some.csv")]);
  expect(err).toContain("700 rows, 100 % of the file");
  expect(out).toMatch(/Read 700 rows of 24 columns in UTF-8:\n +640 new\n +0 changed\n +0 unchanged\n/);
  expect(out).toMatch(
    / +60 skipped, because they are bad\nBad rows:\n {2}line 602: the URN has six digits, this is "x"\n/,
  );
  expect(out).toContain("  and 10 more\n");
  expect(out).toMatch(/In [\d.]+ s, with at most \d+ MB of memory/);
  expect(code).toBe(0);
});

test("import-schools --all-or-nothing names the bad rows, ends with 1 and has written nothing", async () => {
  await writeFile(
    file("bad.csv"),
    giasFile(
      "full",
      giasRows(20).map((row, index) => (index === 9 ? { ...row, URN: "" } : row)),
    ),
  );
  const { code, out, err } = await run("import-schools", [file("bad.csv"), "--all-or-nothing"]);
  expect(out).toContain('line 11: the URN has six digits, this is ""');
  expect(err).toContain("Nothing was imported");
  expect(code).toBe(1);
  expect(await countSchools()).toBe(0);
});

test.each([
  ["no file", [], undefined, /^Use: import-schools FILE/],
  ["an unknown option", ["x.csv", "--force"], undefined, /^Use: import-schools FILE/],
  ["a missing file", ["/nowhere.csv"], undefined, /^The file \/nowhere.csv cannot be read: there is no such file/],
  ["a wrong address", ["SOME"], "mysql://localhost/x", /^DATABASE_URL is missing or no address/],
  [
    "a server that is not there",
    ["SOME"],
    "postgres://x:y@127.0.0.1:1/z",
    /^The database of DATABASE_URL cannot be used: nothing listens/,
  ],
])("import-schools with %s says what to do and ends with 1", async (_what, args, url, said) => {
  await writeGiasFile(file("few.csv"), "short", 3);
  const { code, err } = await run(
    "import-schools",
    args.map((arg) => (arg === "SOME" ? file("few.csv") : arg)),
    url,
  );
  expect(err).toMatch(said);
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(code).toBe(1);
});

test("import-schools killed in the middle leaves nothing half done, and the next one does it all", async () => {
  await writeGiasFile(file("many.csv"), "short", 6000);
  const { child, end } = start("import-schools", [file("many.csv")]);
  await until("it has written some, unseen by others", async () => {
    const writers = await sql(
      "select 1 from pg_stat_activity where datname = current_database() and query like 'with told%' and backend_xid is not null",
    );
    return writers.length > 0;
  });
  child.kill("SIGKILL");
  expect((await end).code).toBeNull();
  expect(await countSchools()).toBe(0);
  expect(await sql("select 1 from people.outbox")).toEqual([]);
  expect((await run("import-schools", [file("many.csv")])).code).toBe(0);
  expect(await countSchools()).toBe(6000);
});

test("partner-key issues a key that is shown once, and revokes it", async () => {
  const issued = await run("partner-key", ["issue", "Royal Society of Chemistry", "--scope", "public", "--days", "30"]);
  expect(issued).toMatchObject({ code: 0, err: "" });
  const [, keyId] =
    /^Key (key_\S+) of Royal Society of Chemistry \(ptn_\S+\) opens public until 20/.exec(issued.out) ?? [];
  expect(issued.out).toMatch(/\npsqm_pk_[\w-]{43}\n$/);
  expect(await run("partner-key", ["revoke", keyId ?? ""])).toMatchObject({
    code: 0,
    out: `Key ${keyId} opens nothing any more.\n`,
  });
  expect(await sql("select 1 from people.partner_key where revoked_at is null")).toEqual([]);
});

test.each([
  ["nothing", [], /^Use:\n/],
  ["an unknown key", ["revoke", "key_nowhere"], /^There is no key key_nowhere/],
  ["a lifetime that is no number", ["issue", "ASE", "--days", "long"], /^A key lives 1 to 730 days/],
  ["a scope that is no word", ["issue", "ASE", "--scope", "All!"], /^A scope is a word/],
  ["an unknown option", ["issue", "ASE", "--forever"], /^Unknown option/],
])("partner-key with %s says what to do and ends with 1", async (_what, args, said) => {
  const { code, err } = await run("partner-key", args);
  expect(err).toMatch(said);
  expect(code).toBe(1);
});

const REAL = process.env["GIAS_CSV"];

(REAL && existsSync(REAL) ? test : test.skip)("the real register is imported with at most 300 MB", async () => {
  const { code, out } = await run("import-schools", [REAL ?? ""]);
  expect(code).toBe(0);
  const [, megabytes] = /with at most (\d+) MB/.exec(out) ?? [];
  expect(Number(megabytes)).toBeLessThan(300);
  expect(await countSchools()).toBe(16_931);
});
