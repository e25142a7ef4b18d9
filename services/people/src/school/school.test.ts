import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, programmeTeam } from "@psqm/testing/viewers";
import { people } from "../service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
  await service.database.em.fork().execute(`
    insert into school (id, urn, name, local_authority, phase, type, status, pupils, pupils_counted_on, closed_on) values
      ('sch_1', '100001', 'Oak 100% Primary', 'Kent', 'Primary', 'Community school', 'OPEN', 64, '2026-01-19', null),
      ('sch_2', '100002', 'Oak 1000 Primary', 'Kent', 'Primary', 'Community school', 'CLOSED', null, null, '2026-03-29'),
      ('sch_3', '100003', 'Elm Primary', 'Essex', 'Primary', 'Community school', 'PROPOSED_TO_CLOSE', 100, null, null)`);
});
afterAll(() => service.close());

const names = async (filter: string) => {
  const { data, errors } = await service.query(programmeTeam(), `{ schools(${filter}) { nodes { name } } }`);
  return errors?.[0]?.extensions.code ?? data.schools.nodes.map(({ name }: { name: string }) => name);
};

test("schools are found by local authority and by a part of the name, whatever its case and signs", async () => {
  expect(await names("first: 5")).toEqual(["Elm Primary", "Oak 100% Primary", "Oak 1000 Primary"]);
  expect(await names('localAuthority: "Kent"')).toEqual(["Oak 100% Primary", "Oak 1000 Primary"]);
  expect(await names('nameContains: "oAK"')).toEqual(["Oak 100% Primary", "Oak 1000 Primary"]);
  expect(await names('nameContains: "100%"')).toEqual(["Oak 100% Primary"]);
  expect(await names('nameContains: "o_k"')).toEqual([]);
  expect(await names('nameContains: "oak", localAuthority: "Essex"')).toEqual([]);
});

test.each(['nameContains: "x"', `nameContains: "${"x".repeat(101)}"`, "first: 0", "first: 101", 'after: "x"'])(
  "schools(%s) is refused",
  async (filter) => {
    expect(await names(filter)).toBe("BAD_USER_INPUT");
  },
);

test("a school tells its days as days, wherever the server's clock stands", async () => {
  const school = "query ($id: ID) { school(id: $id) { pupils pupilsCountedOn closedOn status } }";
  expect((await service.query(programmeTeam(), school, { id: "sch_1" })).data.school).toEqual({
    pupils: 64,
    pupilsCountedOn: "2026-01-19",
    closedOn: null,
    status: "OPEN",
  });
  expect((await service.query(programmeTeam(), school, { id: "sch_2" })).data.school).toMatchObject({
    closedOn: "2026-03-29",
  });
});

test("a school is asked for by its id or its URN, one of the two", async () => {
  const both = '{ school(id: "sch_1", urn: "100001") { id } }';
  expect((await service.query(headTeacher("sch_1"), both)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect((await service.query(headTeacher("sch_1"), "{ school { id } }")).errors?.[0]?.extensions.code).toBe(
    "BAD_USER_INPUT",
  );
});

test("references to schools by id and by URN cost a statement each, however many they are", async () => {
  service.statements.length = 0;
  const { data } = await service.entities(
    programmeTeam(),
    [
      ...["sch_1", "sch_2", "sch_3"].map((id) => ({ __typename: "School", id })),
      ...["100001", "100002", "999999"].map((urn) => ({ __typename: "School", urn })),
    ],
    "... on School { id }",
  );
  expect(data._entities.map((school: { id: string } | null) => school?.id)).toEqual([
    "sch_1",
    "sch_2",
    "sch_3",
    "sch_1",
    "sch_2",
    undefined,
  ]);
  expect(service.statements).toHaveLength(2);
});
