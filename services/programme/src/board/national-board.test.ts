import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { clockFrom } from "@psqm/clock/clock";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, programmeTeam } from "@psqm/testing/viewers";
import { enrolmentLoader } from "../enrolment/enrolment.loader.ts";
import { programme } from "../service.ts";
import { makeNationalYears, nationalId } from "../testing/national-years.ts";
import { hubBoard } from "./hub-board.ts";

let service: TestSubgraph;

// Fewer than the bench measures, and enough for the planner to prefer indexes wherever they serve.
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: clockFrom(new Date("2026-12-01T09:00:00Z")) });
  const em = service.database.em.fork();
  await makeNationalYears((sql, values) => em.execute(sql, values), {
    schoolsPerYear: 6000,
    hubs: 600,
    years: 2,
    lastYear: 2026,
  });
}, 60_000);
afterAll(() => service.close());

const hubId = nationalId.hub(7);

const board = (hub: string) =>
  service.query(
    hubLeader(hub),
    `query ($hubId: ID!) { hubBoard(hubId: $hubId, first: 50, sort: NEXT_DUE) {
       nodes { schoolName state nextDue { name dueBy } late { name } minutesUsed lastMentoredOn unitsAttended enrolment { id } } } }`,
    { hubId: hub },
  );

test("the board of a hub has its ten schools of this year and none of the year before", async () => {
  const { data, errors } = await board(hubId);
  expect(errors).toBeUndefined();
  expect(data.hubBoard.nodes).toHaveLength(10);
  for (const row of data.hubBoard.nodes) {
    expect(row).toMatchObject({ state: "ACTIVE", minutesUsed: 55, unitsAttended: 1, late: expect.any(Array) });
  }
});

test("among 12,000 enrolments, a hub's board takes ten statements, and none reads a growing table from end to end", async () => {
  service.statements.length = 0;
  await board(hubId);
  expect(service.statements).toHaveLength(10);
  // What came before may be counted late and would be taken for the board's: a run that adds nothing tells.
  await until("a board is read without a scan of a growing table", async () => {
    const before = await sequentialScans();
    await service.database.em.fork().transactional(async (em) => {
      expect(await hubBoard(em, hubId, {}, "2026-12-01")).toHaveLength(10);
      await enrolmentLoader(em, hubLeader(hubId)).load("enr_national-2026-6");
      // Else the server counts up to a second later.
      await em.execute("select pg_stat_force_next_flush()");
    });
    const after = await sequentialScans();
    return Object.keys(after).every((table) => ["round", "hub"].includes(table) || after[table] === before[table]);
  });
});

test("the programme team's boards take one statement for each thing they count", async () => {
  service.statements.length = 0;
  const { data, errors } = await service.query(
    programmeTeam(),
    "{ roundBoards { counts { count } lateSchools } hubStandings(first: 100) { nodes { lateSchools placesTaken risks } } }",
  );
  expect(errors).toBeUndefined();
  expect(data.hubStandings.nodes).toHaveLength(100);
  expect(data.roundBoards[0]).toMatchObject({ counts: [{ count: 6000 }], lateSchools: 6000 });
  expect(service.statements).toHaveLength(8);
});

/** How often each table was read from end to end so far. */
async function sequentialScans(): Promise<Record<string, number>> {
  const rows = await service.database.em
    .fork()
    .execute<{ relname: string; scans: number }[]>(
      "select relname, seq_scan::integer as scans from pg_stat_user_tables where schemaname = 'programme'",
    );
  return Object.fromEntries(rows.map(({ relname, scans }) => [relname, scans]));
}
