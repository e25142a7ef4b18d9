import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { anonymous, Role } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { people } from "../service.ts";
import { bootstrapProgrammeTeam } from "../staff-role/bootstrap-programme-team.ts";
import { grantStaffRole } from "../staff-role/grant-staff-role.ts";
import { revokeStaffRole } from "../staff-role/revoke-staff-role.ts";
import { createPerson } from "./create-person.ts";
import { emailAddress, personName } from "./person.rules.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  for (const table of ["staff_role", "person"]) await em.execute(`delete from ${table}`);
});

const hq = () => service.caller(programmeTeam());
const helen = { name: "Helen HQ", email: "helen.hq@psqm.example" };

test.each([
  ["Sam@School.Example ", "sam@school.example"],
  ["o'neill+psqm@sub.school.example", "o'neill+psqm@sub.school.example"],
])("the address %j is kept as %j", (written, kept) => {
  expect(emailAddress(written)).toBe(kept);
});

test.each([
  "",
  "sam",
  "sam@",
  "@school.example",
  "sam@school",
  "a b@school.example",
  "sam@school..example",
  `${"x".repeat(250)}@a.example`,
])("%j is refused as an address", (written) => {
  expect(() => emailAddress(written)).toThrow("An e-mail address looks like");
});

test("a name is kept trimmed, with single spaces, and has 1 to 200 characters, however they are encoded", () => {
  expect(personName("  Siân \n  Ó Néill ")).toBe("Siân Ó Néill");
  expect(personName("😀".repeat(200))).toHaveLength(400);
  expect(() => personName("x".repeat(201))).toThrow("this has 201");
  expect(() => personName(" \t ")).toThrow("this has 0");
});

test("the programme team makes people known, each address once, in whatever case", async () => {
  const create =
    "mutation ($input: CreatePersonInput!) { createPerson(input: $input) { id name email roles memberships { id } } }";
  const { data } = await service.query(programmeTeam(), create, { input: { name: "Ada", email: "Ada@psqm.example" } });
  expect(data.createPerson).toEqual({
    id: expect.stringMatching(/^per_/),
    name: "Ada",
    email: "ada@psqm.example",
    roles: [],
    memberships: [],
  });
  const again = await service.query(programmeTeam(), create, { input: { name: "Other", email: "ADA@PSQM.example" } });
  expect(again.errors?.[0]).toMatchObject({ extensions: { code: "EMAIL_TAKEN" }, path: ["createPerson"] });
  const refused = await service.query(subjectLeader("sch_one"), create, {
    input: { name: "X", email: "x@psqm.example" },
  });
  expect(refused.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("of two who make the same address known at once, one is refused by name", async () => {
  const attempts = await service.database.em.fork().transactional(async (holder) => {
    await holder.execute(
      "insert into person (id, name, email, created_at) values ('per_held', 'Held', 'new@psqm.example', now())",
    );
    const settled = Promise.allSettled(
      [1, 2].map((n) => createPerson(hq(), { name: `N${n}`, email: "new@psqm.example" })),
    );
    await until("both wait for the address", async () => {
      const blocked = await service.database.em
        .fork()
        .execute("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
      return blocked.length === 2;
    });
    await holder.execute("delete from person where id = 'per_held'");
    return { settled };
  });
  const settled = await attempts.settled;
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(settled.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "EMAIL_TAKEN" } });
});

test("the first of the programme team is made once, by the platform alone", async () => {
  const first = await bootstrapProgrammeTeam(service.caller(), helen);
  expect((await bootstrapProgrammeTeam(service.caller(), helen)).id).toBe(first.id);
  await expect(
    bootstrapProgrammeTeam(service.caller(), { name: "Eve", email: "eve@psqm.example" }),
  ).rejects.toMatchObject({
    code: "PROGRAMME_TEAM_EXISTS",
  });
  await expect(bootstrapProgrammeTeam(service.caller(subjectLeader("sch_one")), helen)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  expect(await service.database.em.fork().execute("select name from person")).toEqual([{ name: "Helen HQ" }]);
});

test("staff roles are granted and taken, and the programme team keeps somebody", async () => {
  const first = await bootstrapProgrammeTeam(service.caller(), helen);
  const felix = await createPerson(hq(), { name: "Felix", email: "felix@psqm.example" });
  const grant =
    "mutation ($personId: ID!, $role: Role!) { grantStaffRole(personId: $personId, role: $role) { roles } }";
  const granted = await service.query(programmeTeam(), grant, { personId: felix.id, role: "FINANCE_OFFICER" });
  expect(granted.data.grantStaffRole.roles).toEqual(["FINANCE_OFFICER"]);
  expect(
    (await service.query(programmeTeam(), grant, { personId: felix.id, role: "FINANCE_OFFICER" })).errors,
  ).toBeUndefined();

  const wrong = await service.query(programmeTeam(), grant, { personId: felix.id, role: "HUB_LEADER" });
  expect(wrong.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  const nobody = await service.query(programmeTeam(), grant, { personId: "per_nobody", role: "FINANCE_OFFICER" });
  expect(nobody.errors?.[0]?.extensions.code).toBe("NOT_FOUND");

  const revoke = (personId: string, role: Role) => revokeStaffRole(hq(), { personId, role });
  await expect(revoke(first.id, Role.ProgrammeTeam)).rejects.toMatchObject({ code: "LAST_OF_PROGRAMME_TEAM" });
  await expect(revoke("per_nobody", Role.ProgrammeTeam)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await grantStaffRole(hq(), { personId: felix.id, role: Role.ProgrammeTeam });
  await revoke(first.id, Role.ProgrammeTeam);
  await expect(revoke(felix.id, Role.ProgrammeTeam)).rejects.toMatchObject({ code: "LAST_OF_PROGRAMME_TEAM" });
  await revoke(felix.id, Role.FinanceOfficer);
  const roles = await service.query(programmeTeam(), "query ($id: ID!) { person(id: $id) { roles } }", {
    id: felix.id,
  });
  expect(roles.data.person.roles).toEqual(["PROGRAMME_TEAM"]);
});

test("viewer tells everybody who they are, and the anonymous that they are nobody", async () => {
  const person = await createPerson(hq(), { name: "Lena", email: "lena@psqm.example" });
  const viewer =
    "{ viewer { person { name } roles schools { role school { name } } hubsLed { id } hubsMentored { id } } }";
  expect((await service.query(hubLeader("hub_one", person.id), viewer)).data.viewer).toEqual({
    person: { name: "Lena" },
    roles: ["HUB_LEADER"],
    schools: [],
    hubsLed: [{ id: "hub_one" }],
    hubsMentored: [],
  });
  expect((await service.query(anonymous, viewer)).data.viewer).toEqual({
    person: null,
    roles: [],
    schools: [],
    hubsLed: [],
    hubsMentored: [],
  });
});
