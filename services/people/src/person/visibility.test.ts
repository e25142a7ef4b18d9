import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import {
  candidate,
  financeOfficer,
  headTeacher,
  hubLeader,
  mentor,
  partner,
  programmeTeam,
  stranger,
  subjectLeader,
} from "@psqm/testing/viewers";
import fc from "fast-check";
import { schoolPolicy, visibleSchools } from "../school/school.policy.ts";
import { School } from "../school/school.ts";
import { people } from "../service.ts";
import { visiblePeople } from "./person.policy.ts";
import { Person } from "./person.ts";

/**
 * Two schools, each supported by a hub of its own: school A by Humber (leader lena, mentor mina), school B by Thames
 * (leader rafael). School C is nobody's.
 */
let service: TestSubgraph;
const everybody = [
  "sam",
  "tess",
  "harriet",
  "anna",
  "henry",
  "cleo",
  "lena",
  "mina",
  "rafael",
  "helen",
  "felix",
  "carl",
  "gone",
];

beforeAll(async () => {
  service = await startTestSubgraph(people);
  const em = service.database.em.fork();
  for (const name of everybody) {
    await em.execute("insert into person (id, name, email, created_at) values (?, ?, ?, now())", [
      `per_${name}`,
      name,
      `${name}@psqm.example`,
    ]);
  }
  for (const [index, id] of ["sch_a", "sch_b", "sch_c"].entries()) {
    await em.execute(
      "insert into school (id, urn, name, local_authority, phase, type, status) values (?, ?, ?, 'Kent', 'Primary', 'x', 'OPEN')",
      [id, String(100_001 + index), `School ${id}`],
    );
  }
  await em.execute(`
    insert into school_membership (id, person_id, school_id, role, started_on, ended_on) values
      ('mem_1', 'per_sam', 'sch_a', 'SUBJECT_LEADER', '2026-01-01', null),
      ('mem_2', 'per_tess', 'sch_a', 'SECOND_PARTICIPANT', '2026-01-01', null),
      ('mem_3', 'per_harriet', 'sch_a', 'HEAD_TEACHER', '2026-01-01', null),
      ('mem_4', 'per_anna', 'sch_b', 'SUBJECT_LEADER', '2026-01-01', null),
      ('mem_5', 'per_henry', 'sch_b', 'HEAD_TEACHER', '2026-01-01', null),
      ('mem_6', 'per_cleo', 'sch_c', 'HEAD_TEACHER', '2026-01-01', null),
      ('mem_7', 'per_gone', 'sch_a', 'SUBJECT_LEADER', '2025-01-01', '2025-12-31'),
      ('mem_8', 'per_lena', 'sch_c', 'SUBJECT_LEADER', '2026-01-01', null);
    insert into hub (id, name) values ('hub_humber', 'Humber'), ('hub_thames', 'Thames');
    insert into hub_appointment (id, person_id, hub_id, role, started_on, term_ends_on) values
      ('app_1', 'per_lena', 'hub_humber', 'HUB_LEADER', '2026-01-01', '2027-01-01'),
      ('app_2', 'per_mina', 'hub_humber', 'MENTOR', '2026-01-01', '2027-01-01'),
      ('app_3', 'per_rafael', 'hub_thames', 'HUB_LEADER', '2026-01-01', '2027-01-01');
    insert into candidacy (id, person_id, kind, state, specification, is_teacher, version, statement, started_at, submitted_at) values
      ('cnd_1', 'per_carl', 'MENTOR', 'SUBMITTED', 'specification-s0', true, 1, 'Me.', now(), now()), ('cnd_2', 'per_mina', 'HUB_LEADER', 'UNDER_REVIEW', 'specification-s1', true, 1, 'Me.', now(), now());
    insert into staff_role (id, person_id, role, granted_on) values
      ('srl_1', 'per_helen', 'PROGRAMME_TEAM', '2026-01-01'), ('srl_2', 'per_felix', 'FINANCE_OFFICER', '2026-01-01');
  `);
  for (const [enrolmentId, schoolId, hubId] of [
    ["enr_a", "sch_a", "hub_humber"],
    ["enr_b", "sch_b", "hub_thames"],
  ]) {
    await service.deliver("programme", "enrolment.confirmed", enrolmentId ?? "", {
      enrolmentId,
      schoolId,
      hubId,
      confirmedOn: "2026-09-01",
      pupils: null,
    });
  }
});
afterAll(() => service.close());

const sam = subjectLeader("sch_a", "per_sam");
const lena = hubLeader("hub_humber", "per_lena");
const mina = mentor("hub_humber", "per_mina");
const helen = programmeTeam("per_helen");

const everyone = [...everybody];
const schoolA = ["sam", "tess", "harriet", "gone"];
const humber = ["lena", "mina"];

const sights: [string, Viewer, string[], string[]][] = [
  ["the programme team", helen, everyone, ["sch_a", "sch_b", "sch_c"]],
  ["a finance officer", financeOfficer("per_felix"), everyone, ["sch_a", "sch_b", "sch_c"]],
  ["a subject leader", sam, [...schoolA, ...humber], ["sch_a"]],
  ["a head teacher of the other school", headTeacher("sch_b", "per_henry"), ["anna", "henry", "rafael"], ["sch_b"]],
  ["a head teacher of a school without a hub", headTeacher("sch_c", "per_cleo"), ["cleo", "lena"], ["sch_c"]],
  ["a hub leader", lena, [...schoolA, ...humber, "rafael"], ["sch_a", "sch_b", "sch_c"]],
  ["a mentor", mina, [...schoolA, ...humber], ["sch_a", "sch_b", "sch_c"]],
  [
    "a leader of the other hub",
    hubLeader("hub_thames", "per_rafael"),
    ["anna", "henry", "rafael", "lena"],
    ["sch_a", "sch_b", "sch_c"],
  ],
  ["a candidate", candidate("per_carl"), ["carl"], []],
  ["a former subject leader", { ...anonymous, kind: "person", personId: "per_gone" }, ["gone"], []],
  ["a partner", partner(), [], []],
  ["a stranger", stranger(), [], []],
  ["the anonymous", anonymous, [], []],
];

test.each(sights)("%s sees whom they work with, by list, reference and id alike", async (_who, viewer, seen) => {
  const em = service.database.em.fork();
  const listed = await em.find(Person, visiblePeople(viewer));
  expect(listed.map(({ name }) => name).sort()).toEqual([...seen].sort());

  const references = everybody.map((name) => ({ __typename: "Person", id: `per_${name}` }));
  const { data } = await service.entities(viewer, references, "... on Person { name }");
  const referred = data._entities
    .filter((entity: unknown) => entity !== null)
    .map(({ name }: { name: string }) => name);
  expect(referred.sort()).toEqual([...seen].sort());

  if (viewer.personId === null) return;
  const page = await service.query(viewer, "{ people(first: 100) { nodes { name } } }");
  expect(page.data.people.nodes.map(({ name }: { name: string }) => name)).toEqual([...seen].sort());
});

test.each(sights)(
  "%s sees the schools that are theirs to see, by list, reference, id and URN alike",
  async (_who, viewer, _seen, schools) => {
    const references = ["sch_a", "sch_b", "sch_c"].map((id) => ({ __typename: "School", id }));
    const { data } = await service.entities(viewer, references, "... on School { id }");
    expect(data._entities.filter(Boolean).map(({ id }: { id: string }) => id)).toEqual(schools);
    const byUrn = ["100001", "100002", "100003"].map((urn) => ({ __typename: "School", urn }));
    const urns = await service.entities(viewer, byUrn, "... on School { id }");
    expect(urns.data._entities.filter(Boolean).map(({ id }: { id: string }) => id)).toEqual(schools);
    if (viewer.personId === null) return;
    const page = await service.query(viewer, "{ schools { nodes { id } } }");
    expect(page.data.schools.nodes.map(({ id }: { id: string }) => id)).toEqual(schools);
  },
);

test("a subject leader who asks for another school or its people is answered as if they did not exist", async () => {
  const school = "query ($id: ID!) { school(id: $id) { name } }";
  expect(await service.query(sam, school, { id: "sch_b" })).toEqual(
    await service.query(sam, school, { id: "sch_nowhere" }),
  );
  const byUrn = "query ($urn: String!) { school(urn: $urn) { name } }";
  expect(await service.query(sam, byUrn, { urn: "100002" })).toEqual(
    await service.query(sam, byUrn, { urn: "999999" }),
  );
  const person = "query ($id: ID!) { person(id: $id) { name } }";
  expect(await service.query(sam, person, { id: "per_anna" })).toEqual(
    await service.query(sam, person, { id: "per_nobody" }),
  );
  const own = await service.query(sam, school, { id: "sch_a" });
  expect(own).toEqual({ data: { school: { name: "School sch_a" } } });
});

test.each([
  ["the programme team", helen, everyone],
  ["a finance officer", financeOfficer("per_felix"), everyone],
  ["the supporting hub's leader", lena, ["lena", "sam", "tess", "harriet"]],
  ["the supporting hub's mentor", mina, ["mina", "sam", "tess", "harriet"]],
  ["a subject leader", sam, ["sam"]],
])("%s reads fewer e-mail addresses than names: only of those it is about", async (_who, viewer, readable) => {
  const { data, errors } = await service.query(viewer, "{ people(first: 100) { nodes { name email } } }");
  expect(errors).toBeUndefined();
  const read = data.people.nodes.filter(({ email }: { email: string | null }) => email !== null);
  expect(read.map(({ name }: { name: string }) => name).sort()).toEqual([...readable].sort());
});

test("a membership is shown to whoever sees both its person and its school", async () => {
  const memberships = "{ people(first: 100) { nodes { name memberships { school { id } } } } }";
  const { data } = await service.query(sam, memberships);
  const ofLena = data.people.nodes.find(({ name }: { name: string }) => name === "lena");
  expect(ofLena.memberships).toEqual([]);
  const members = await service.query(
    hubLeader("hub_thames", "per_rafael"),
    '{ school(id: "sch_a") { members { role } } }',
  );
  expect(members.data.school.members).toEqual([]);
  const own = await service.query(sam, '{ school(id: "sch_a") { members { role person { name } } } }');
  expect(own.data.school.members).toEqual([
    { role: "SUBJECT_LEADER", person: { name: "sam" } },
    { role: "SECOND_PARTICIPANT", person: { name: "tess" } },
    { role: "HEAD_TEACHER", person: { name: "harriet" } },
  ]);
});

test("that somebody is a candidate is told to them and the programme team alone", async () => {
  const roles = '{ person(id: "per_mina") { roles } }';
  expect((await service.query(helen, roles)).data.person.roles).toEqual(["MENTOR", "CANDIDATE"]);
  expect((await service.query(mina, roles)).data.person.roles).toEqual(["MENTOR", "CANDIDATE"]);
  expect((await service.query(lena, roles)).data.person.roles).toEqual(["MENTOR"]);
});

test("a hub's supporters are shown to those who may see them, and to nobody else", async () => {
  const supporters = (viewer: Viewer) =>
    service.entities(
      viewer,
      [{ __typename: "Hub", id: "hub_humber" }],
      "... on Hub { leaders { name } mentors { name } }",
    );
  expect((await supporters(sam)).data._entities).toEqual([
    { leaders: [{ name: "lena" }], mentors: [{ name: "mina" }] },
  ]);
  const nobody = [{ leaders: [], mentors: [] }];
  expect((await supporters(subjectLeader("sch_b", "per_anna"))).data._entities).toEqual(nobody);
  expect((await supporters(anonymous)).data._entities).toEqual(nobody);
});

test("appointments are referred to by whoever may see the person", async () => {
  const refer = (viewer: Viewer) =>
    service.entities(
      viewer,
      [{ __typename: "HubAppointment", id: "app_1" }],
      "... on HubAppointment { role hub { id } person { name } }",
    );
  expect((await refer(sam)).data._entities).toEqual([
    { role: "HUB_LEADER", hub: { id: "hub_humber" }, person: { name: "lena" } },
  ]);
  expect((await refer(subjectLeader("sch_b", "per_anna"))).data._entities).toEqual([null]);
});

test("the rule for a school's row and the rule for lists of schools agree for every viewer", async () => {
  const em = service.database.em.fork();
  const ids = ["sch_a", "sch_b", "sch_c"];
  const viewers = fc.record({
    roles: fc.uniqueArray(fc.constantFrom(...Object.values(Role))),
    schools: fc.array(
      fc.record({ schoolId: fc.constantFrom(...ids), role: fc.constantFrom(Role.SubjectLeader, Role.HeadTeacher) }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(viewers, async (parts) => {
      const viewer: Viewer = { ...anonymous, kind: "person", personId: "per_x", ...parts };
      const listed = await em.find(School, visibleSchools(viewer), { orderBy: { id: "asc" } });
      expect(listed.map(({ id }) => id)).toEqual(ids.filter((id) => schoolPolicy.allows(viewer, { id })));
    }),
    { numRuns: 100 },
  );
});

test("twenty references and their fields cost a statement for each level and field, however many they are", async () => {
  const ask = async (names: string[]) => {
    service.statements.length = 0;
    await service.entities(
      helen,
      names.map((name) => ({ __typename: "Person", id: `per_${name}` })),
      "... on Person { name email roles memberships { school { name } } appointments { id } }",
    );
    return service.statements.length;
  };
  expect(await ask(everybody)).toBe(6);
  expect(await ask(["lena"])).toBe(6);
});

test.each([
  ["the programme team", helen, everyone],
  ["a hub leader", lena, [...schoolA, ...humber, "rafael"]],
])("for %s a page of the list ends where the next begins", async (_who, viewer, seen) => {
  const page =
    "query ($after: String) { people(first: 3, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }";
  const names: string[] = [];
  let after: string | null = null;
  do {
    const { data } = await service.query(viewer, page, { after });
    names.push(...data.people.nodes.map(({ name }: { name: string }) => name));
    after = data.people.pageInfo.hasNextPage ? data.people.pageInfo.endCursor : null;
  } while (after !== null);
  expect(names).toEqual([...seen].sort());
});

test("when a school withdraws, its hub keeps the names of those it met, and reads no address and nobody new", async () => {
  const em = service.database.em.fork();
  await em.execute(
    "insert into person (id, name, email, created_at) values ('per_next', 'next', 'next@psqm.example', now())",
  );
  await service.deliver("programme", "enrolment.withdrawn", "enr_b", {
    enrolmentId: "enr_b",
    schoolId: "sch_b",
    hubId: "hub_thames",
    withdrawnOn: "2026-09-01",
  });
  await em.execute(
    "insert into school_membership (id, person_id, school_id, role, started_on) values ('mem_9', 'per_next', 'sch_b', 'HEAD_TEACHER', '2026-09-02')",
  );
  const { data } = await service.query(hubLeader("hub_thames", "per_rafael"), "{ people { nodes { name email } } }");
  expect(data.people.nodes).toEqual([
    { name: "anna", email: null },
    { name: "henry", email: null },
    { name: "lena", email: null },
    { name: "rafael", email: "rafael@psqm.example" },
  ]);
});
