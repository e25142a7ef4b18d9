import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Client } from "pg";
import { DataFolderInUse, DataFolderUnwritable } from "./data-folder.ts";
import { DatabaseStartFailed } from "./database-start-failed.ts";
import { startEmbeddedDatabase } from "./embedded-database.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "psqm-embedded-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const start = (name: string) => startEmbeddedDatabase({ dataDir: join(home, name), fast: true });

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("it keeps what was written, asks for a password, and stops without a trace", async () => {
  const first = await start("plain");
  await query(first.adminUrl, "create table kept as select 42 as answer");
  const nameless = first.adminUrl.replace(/:[^:@]+@/, ":guess@");
  await expect(query(nameless, "select 1")).rejects.toThrow(/password authentication failed/);
  await first.stop();

  const second = await start("plain");
  expect(second.adopted).toBe(false);
  expect(await query(second.adminUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
  await second.stop();
  expect(await readdir(join(home, "plain", "postgres"))).not.toContain("postmaster.pid");
  expect((await stat(join(home, "plain", "secret"))).mode & 0o777).toBe(0o600);
});

test("a second platform on the same folder is refused by name, and the first one does not notice", async () => {
  const first = await start("shared");
  const second = start("shared");
  await expect(second).rejects.toBeInstanceOf(DataFolderInUse);
  await expect(second).rejects.toThrow(`process ${process.pid}`);
  expect(await query(first.adminUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  await first.stop();
});

test("of three that start a new folder at once one wins, and the others say that it is in use", async () => {
  const outcomes = await Promise.allSettled([start("race"), start("race"), start("race")]);
  const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
  expect(won).toHaveLength(1);
  for (const lost of outcomes.filter((outcome) => outcome.status === "rejected"))
    expect(lost.reason).toBeInstanceOf(DataFolderInUse);
  await won[0]?.value.stop();
});

test("a server that outlived the kill -9 of its platform is taken over, with everything committed", async () => {
  const code = `
    const { startEmbeddedDatabase } = await import(${JSON.stringify(new URL("./embedded-database.js", import.meta.url).href)});
    const database = await startEmbeddedDatabase({ dataDir: ${JSON.stringify(join(home, "killed"))}, fast: true });
    process.stdout.write(database.adminUrl);
    setInterval(() => {}, 1000);`;
  const platform = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = (await once(platform.stdout, "data")) as [Buffer];
  await query(url.toString(), "create table kept as select 42 as answer");
  platform.kill("SIGKILL");
  await once(platform, "exit");

  const next = await start("killed");
  expect(next.adopted).toBe(true);
  expect(next.adminUrl).toBe(url.toString());
  expect(await query(next.adminUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
  await next.stop();
});

test("the loss of the server is told", async () => {
  let tell: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    tell = resolve;
  });
  const dataDir = join(home, "lost");
  const database = await startEmbeddedDatabase({ dataDir, fast: true, onLost: (error) => tell(error) });
  const [row] = await query(database.adminUrl, "select pg_read_file('postmaster.pid') as file");
  process.kill(Number.parseInt(String(row?.["file"]), 10), "SIGQUIT");
  expect((await lost).message).toMatch(/is gone; its log is/);

  const again = await start("lost");
  await again.stop();
});

test.each([
  ["under a file", async (folder: string) => writeFile(join(folder, "file"), ""), "file/data"],
  ["where no folders can be made", async () => undefined, "/proc/psqm"],
  ["with a secret that others can read", (folder: string) => writeFile(join(folder, "secret"), Buffer.alloc(32)), "."],
  ["with a secret cut short", (folder: string) => writeFile(join(folder, "secret"), "x", { mode: 0o600 }), "."],
])("a data folder %s is refused with what to do", async (_title, prepare, path) => {
  const folder = await mkdtemp(join(home, "bad-"));
  await prepare(folder);
  const attempt = startEmbeddedDatabase({ dataDir: path.startsWith("/") ? path : join(folder, path) });
  await expect(attempt).rejects.toBeInstanceOf(DataFolderUnwritable);
  await expect(attempt).rejects.toThrow("--data-dir");
});

test("a folder whose secret was exchanged says so, rather than asking for passwords", async () => {
  const first = await start("exchanged");
  await first.stop();
  const secret = join(home, "exchanged", "secret");
  await rm(secret);
  await writeFile(secret, Buffer.alloc(32, 7), { mode: 0o600 });
  const attempt = start("exchanged");
  await expect(attempt).rejects.toBeInstanceOf(DatabaseStartFailed);
  await expect(attempt).rejects.toThrow("is not the secret");
  await writeFile(secret, Buffer.alloc(32, 7));
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot("root's PostgreSQL runs as somebody else, also where that user may not pass", async () => {
  const open = await mkdtemp(join(home, "open-"));
  const closed = await mkdtemp(join(home, "closed-"));
  await chmod(home, 0o755);
  await chmod(open, 0o755);
  const owners: number[] = [];
  for (const folder of [open, closed]) {
    const database = await startEmbeddedDatabase({ dataDir: join(folder, "data"), fast: true });
    expect(await query(database.adminUrl, "select 1 as one")).toEqual([{ one: 1 }]);
    await database.stop();
    owners.push((await stat(join(folder, "data", "postgres"))).uid);
  }
  expect(owners[0]).not.toBe(0);
  expect(owners[1]).toBe(0); // seen from outside its namespace
});
