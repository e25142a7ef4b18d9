import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { clockFrom } from "@psqm/clock/clock";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { parse } from "csv-parse/sync";
import { programme } from "../service.ts";
import { activeYears } from "../testing/active-year.ts";

const hq = programmeTeam();
let service: TestSubgraph;
let years: ReturnType<typeof activeYears>;
let hubId: string;
let roundId: string;
const schools = ["=Chalk Stream", "Ash Lane", "Birch Road"];
const enrolments: string[] = [];
const schoolIds: string[] = [];

// In November: the first training (September, October) and the target mark (October) are over.
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: clockFrom(new Date("2026-11-12T09:00:00Z")) });
  years = activeYears(service);
  [hubId, roundId] = [await years.aHub(3), await years.aRound()];
  for (const name of schools) {
    const year = await years.anActiveYear({ roundId, hubId, schoolId: await years.aSchool({ name }) });
    enrolments.push(year.enrolmentId);
    schoolIds.push(year.schoolId);
  }
  const [, ash] = enrolments;
  await service.deliver("assessment", "target-mark.agreed", ash ?? "", { enrolmentId: ash });
  await service.query(
    hubLeader(hubId, "per_lena"),
    "mutation ($input: LogMentoringInput!) { logMentoring(input: $input) { id } }",
    { input: { enrolmentId: ash, channel: "PHONE", minutes: 45, on: "2026-11-12" } },
  );
  await service.deliver("people", "hub-appointment.started", hubId, {
    appointmentId: "app_1",
    hubId,
    personId: "per_lena",
    role: "HUB_LEADER",
    on: "2026-09-01",
  });
});
afterAll(() => service.close());

const board = (viewer: Viewer, args = "") =>
  service.query(
    viewer,
    `query ($hubId: ID!) { hubBoard(hubId: $hubId ${args}) {
       nodes { schoolName state nextDue { name dueBy } late { name } minutesUsed lastMentoredOn unitsAttended units enrolment { id } }
       pageInfo { hasNextPage endCursor } } }`,
    { hubId },
  );
const namesOf = ({ data }: Awaited<ReturnType<typeof board>>) =>
  data.hubBoard.nodes.map(({ schoolName }: { schoolName: string }) => schoolName);

test("a hub's board tells of each school where it stands, what is next, what is late and how it was mentored", async () => {
  for (const viewer of [hq, hubLeader(hubId), mentor(hubId)]) {
    const { data, errors } = await board(viewer);
    expect(errors).toBeUndefined();
    expect(data.hubBoard.nodes[1]).toEqual({
      schoolName: "Ash Lane",
      state: "ACTIVE",
      nextDue: { name: "Complete the action plan and upload it", dueBy: "2026-11-30" },
      late: [{ name: "Day 1 / Session 1 training" }],
      minutesUsed: 45,
      lastMentoredOn: "2026-11-12",
      unitsAttended: 0,
      units: 4,
      enrolment: { id: enrolments[1] },
    });
  }
});

test("boards of other hubs are as if they were not there, and schools have none", async () => {
  for (const viewer of [hubLeader("hub_other"), mentor("hub_other")]) {
    expect((await board(viewer)).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  }
  expect((await board(subjectLeader(schoolIds[0] ?? ""))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("it is sorted and filtered as asked, and goes on page by page in the same order", async () => {
  const byName = ["=Chalk Stream", "Ash Lane", "Birch Road"];
  expect(namesOf(await board(hq))).toEqual(byName);
  expect(namesOf(await board(hq, ", sort: MOST_MENTORED"))).toEqual(["Ash Lane", "=Chalk Stream", "Birch Road"]);
  expect(namesOf(await board(hq, ", sort: MOST_LATE"))).toEqual(["=Chalk Stream", "Birch Road", "Ash Lane"]);
  expect(namesOf(await board(hq, ", states: [SUBMITTED]"))).toEqual([]);
  expect(namesOf(await board(hq, ", lateOnly: true"))).toEqual(byName);
  expect(namesOf(await board(hq, ', roundId: "rnd_none"'))).toEqual([]);
  const first = await board(hq, ", first: 2, sort: MOST_LATE");
  const { endCursor, hasNextPage } = first.data.hubBoard.pageInfo;
  expect([namesOf(first), hasNextPage]).toEqual([["=Chalk Stream", "Birch Road"], true]);
  const second = await board(hq, `, first: 2, sort: MOST_LATE, after: "${endCursor}"`);
  expect([namesOf(second), second.data.hubBoard.pageInfo.hasNextPage]).toEqual([["Ash Lane"], false]);
  expect((await board(hq, ", first: 101")).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

test("its file has every school, in the order asked for, and runs nothing in a spreadsheet", async () => {
  const { data, errors } = await service.query(
    hubLeader(hubId),
    "query ($hubId: ID!) { hubBoardFile(hubId: $hubId, sort: MOST_MENTORED) { name text } }",
    { hubId },
  );
  expect(errors).toBeUndefined();
  expect(data.hubBoardFile.name).toBe("hub-board-2026-11-12.csv");
  const rows = parse(data.hubBoardFile.text, { columns: true }) as Record<string, string>[];
  expect(rows.map((row) => row["School"])).toEqual(["Ash Lane", "'=Chalk Stream", "Birch Road"]);
  expect(rows[0]).toEqual({
    School: "Ash Lane",
    State: "ACTIVE",
    "Next due": "Complete the action plan and upload it",
    By: "2026-11-30",
    "Late with": "Day 1 / Session 1 training",
    "Minutes of mentoring": "45",
    "Last mentored on": "2026-11-12",
    "Units attended": "0",
    Units: "4",
  });
});

test("a board takes the same statements however many schools it has", async () => {
  const count = async () => {
    service.statements.length = 0;
    await board(hq, ", first: 100");
    return service.statements.length;
  };
  const three = await count();
  const other = await years.aHub(20);
  for (let n = 0; n < 6; n += 1) await years.anActiveYear({ roundId, hubId: other });
  const before = hubId;
  hubId = other;
  expect(await count()).toBe(three);
  hubId = before;
});

test("the programme team sees rounds by where schools stand, and hubs by what to look at", async () => {
  const ask = () =>
    service.query(
      hq,
      `{ roundBoards { round { id } counts { state count } lateSchools }
         hubStandings(first: 100) { nodes { hub { id } placesTaken lateSchools risks } } }`,
    );
  const { data, errors } = await ask();
  expect(errors).toBeUndefined();
  const round = data.roundBoards.find((one: { round: { id: string } }) => one.round.id === roundId);
  expect(round).toMatchObject({ counts: [{ state: "ACTIVE", count: 9 }], lateSchools: 9 });
  const own = data.hubStandings.nodes.find((one: { hub: { id: string } }) => one.hub.id === hubId);
  expect(own).toMatchObject({ placesTaken: 3, lateSchools: 3, risks: ["MANY_LATE", "FULL"] });
  service.statements.length = 0;
  await ask();
  const before = service.statements.length;
  await years.aHub();
  const without = await service.query(hq, "{ hubStandings(riskOnly: true, first: 100) { nodes { risks } } }");
  expect(without.data.hubStandings.nodes.map(({ risks }: { risks: string[] }) => risks)).toContainEqual(["NO_LEADER"]);
  service.statements.length = 0;
  await ask();
  expect(service.statements).toHaveLength(before);
});

test("a school's page is the year that goes on, for its own people and those who support it", async () => {
  const [schoolId = ""] = schoolIds;
  const ask = (viewer: Viewer) =>
    service.query(viewer, "query ($id: ID!) { schoolYear(schoolId: $id) { id state } }", { id: schoolId });
  for (const viewer of [headTeacher(schoolId), subjectLeader(schoolId), hubLeader(hubId), hq]) {
    expect((await ask(viewer)).data.schoolYear).toEqual({ id: enrolments[0], state: "ACTIVE" });
  }
  for (const viewer of [headTeacher("sch_other"), hubLeader("hub_other")]) {
    expect((await ask(viewer)).data.schoolYear).toBeNull();
  }
});
