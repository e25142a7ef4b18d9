import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connectDatabase, type Database } from "@psqm/database/connect";
import { newId } from "@psqm/database/id";
import { migrate } from "@psqm/database/migrate";
import { sqlMigration } from "@psqm/database/migration";
import { type TestDatabase, testDatabase } from "../test-database.ts";
import { until } from "../until.ts";

const first = sqlMigration("0001-first", "create table first (id text)");

let files: TestDatabase;
let database: Database;

beforeAll(async () => {
  files = await testDatabase([{ service: "keeper", migrations: [first] }]);
  database = await connectDatabase({ url: files.urlOf("keeper"), schema: "keeper", entities: [], poolSize: 2 });
});
afterAll(async () => {
  await database.close(true);
  await files.drop();
});

test("ids of one kind sort by the time they were made", () => {
  const ids = Array.from({ length: 1000 }, () => newId("sch"));
  expect([...ids].sort()).toEqual(ids);
  expect(ids[0]).toMatch(/^sch_[0-9a-f-]{36}$/);
});

test("connections that die within transactions do not use up the pool", async () => {
  const die = () =>
    database.em.fork().transactional((em) => em.execute("select pg_terminate_backend(pg_backend_pid())"));
  for (let n = 0; n < 4; n += 1) await expect(die()).rejects.toThrow();
  await until("an answer", () => database.em.fork().execute("select 1"));
}, 30_000);

test("migrations run once, even when two start together", async () => {
  const second = sqlMigration("0002-second", "create table second (id text)");
  const both = { service: "keeper", migrations: [first, second] };
  const ran = await Promise.all([migrate(files.adminUrl, both), migrate(files.adminUrl, both)]);
  expect(ran.flat()).toEqual(["0002-second"]);
});

test("a migration that fails leaves nothing of those that ran with it", async () => {
  const third = sqlMigration("0003-third", "create table third (id text)");
  const broken = sqlMigration("0004-broken", "create table broken (id nonsense)");
  await expect(migrate(files.adminUrl, { service: "keeper", migrations: [first, third, broken] })).rejects.toThrow(
    /nonsense/,
  );
  await expect(database.em.fork().execute("select * from third")).rejects.toThrow(/does not exist/);
});
