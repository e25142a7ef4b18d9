import { expect, test } from "@jest/globals";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { connectDatabase } from "@psqm/database/connect";
import { migrate } from "@psqm/database/migrate";
import { type TestDatabase, testDatabase } from "@psqm/testing/test-database";
import { entities } from "./entities.ts";
import { migrations } from "./migrations.ts";

const before = migrations.findIndex(({ name }) => name === "0004-candidacy");

async function inPeople<Result>(
  database: TestDatabase,
  work: (em: SqlEntityManager) => Promise<Result>,
): Promise<Result> {
  const opened = await connectDatabase({ url: database.adminUrl, schema: "people", entities, onStatement: undefined });
  try {
    return await work(opened.em.fork());
  } finally {
    await opened.close(true);
  }
}

test("what was there before candidacies had drafts and appointments had terms is carried over whole", async () => {
  const database = await testDatabase([{ service: "people", migrations: migrations.slice(0, before) }]);
  try {
    await inPeople(database, (em) =>
      em.execute(`insert into person (id, name, email, created_at) values ('per_a', 'A', 'a@psqm.example', now());
        insert into hub (id, name) values ('hub_a', 'A');
        insert into hub_appointment (id, person_id, hub_id, role, started_on, ended_on) values
          ('app_1', 'per_a', 'hub_a', 'MENTOR', '2024-02-29', '2025-01-01'),
          ('app_2', 'per_a', 'hub_a', 'HUB_LEADER', '2025-01-01', null);
        insert into candidacy (id, person_id, kind, state, statement, submitted_at) values
          ('cnd_1', 'per_a', 'MENTOR', 'SUBMITTED', 'I mentor.', '2024-01-01T10:00Z'),
          ('cnd_2', 'per_a', 'HUB_LEADER', 'APPOINTED', 'I lead.', '2024-06-01T10:00Z')`),
    );
    await migrate(database.adminUrl, { service: "people", migrations });
    await inPeople(database, async (em) => {
      const rows = (sql: string) => em.execute<unknown[]>(sql);
      expect(
        await rows(
          "select id, state, specification, version, started_at = submitted_at as same from candidacy order by id",
        ),
      ).toEqual([
        { id: "cnd_1", state: "SUBMITTED", specification: "specification-s0", version: 1, same: true },
        { id: "cnd_2", state: "APPOINTED", specification: "specification-s1", version: 1, same: true },
      ]);
      expect(await rows("select candidacy_id, number, state from candidacy_step order by 1, 2")).toEqual([
        { candidacy_id: "cnd_1", number: 1, state: "SUBMITTED" },
        { candidacy_id: "cnd_2", number: 1, state: "SUBMITTED" },
        { candidacy_id: "cnd_2", number: 2, state: "APPOINTED" },
      ]);
      expect(await rows("select id, term_ends_on::text from hub_appointment order by id")).toEqual([
        { id: "app_1", term_ends_on: "2025-02-28" },
        { id: "app_2", term_ends_on: "2026-01-01" },
      ]);
    });
  } finally {
    await database.drop();
  }
});
