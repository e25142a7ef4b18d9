import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { Role, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { headTeacher, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { School } from "../school/school.ts";
import { people } from "../service.ts";
import { addSchoolMember } from "./add-school-member.ts";
import { endSchoolMembership } from "./end-school-membership.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  await em.execute("delete from school_membership");
  await em.execute("delete from person");
  await em.execute("delete from school");
  await em.execute(
    `insert into school (id, urn, name, local_authority, phase, type, status)
     values ('sch_a', '100001', 'A', 'Kent', 'Primary', 'x', 'OPEN'), ('sch_b', '100002', 'B', 'Kent', 'Primary', 'x', 'OPEN')`,
  );
});

const add = (viewer: Viewer, email: string, role: Role, schoolId = "sch_a", name = "Some One") =>
  addSchoolMember(service.caller(viewer), { schoolId, name, email: `${email}@psqm.example`, role });
const hq = programmeTeam();
const head = headTeacher("sch_a");

test("a head teacher fills the two places of their school's team, and the others hear of it", async () => {
  const before = (await service.emitted()).length;
  const membership = await add(head, "sam", Role.SubjectLeader);
  await add(head, "tess", Role.SecondParticipant);
  const [first, second, ...more] = (await service.emitted()).slice(before);
  expect(first).toMatchObject({
    type: "school-membership.started",
    aggregate: "sch_a",
    payload: {
      membershipId: membership.id,
      schoolId: "sch_a",
      personId: membership.personId,
      role: "SUBJECT_LEADER",
      on: "2026-09-01",
    },
  });
  expect(second).toMatchObject({ payload: { role: "SECOND_PARTICIPANT" } });
  expect(more).toEqual([]);
});

test("an e-mail address that is known, in whatever case, is the same person, whose name stays", async () => {
  const first = await add(hq, "Harriet", Role.HeadTeacher, "sch_a", "Harriet  Head ");
  const second = await add(hq, "HARRIET", Role.HeadTeacher, "sch_b", "H. Head");
  expect(second.personId).toBe(first.personId);
  const [person] = await service.database.em.fork().execute("select name, email from person");
  expect(person).toEqual({ name: "Harriet Head", email: "harriet@psqm.example" });
});

test("a head teacher who knows an address is not told whose it is, but may add whom they know by name", async () => {
  await add(hq, "ada", Role.SubjectLeader, "sch_b", "Ada Lovelace");
  await expect(add(head, "ada", Role.SubjectLeader, "sch_a", "Somebody")).rejects.toMatchObject({
    code: "NAME_DIFFERS",
    message: expect.not.stringContaining("Lovelace"),
  });
  const document =
    "mutation ($input: AddSchoolMemberInput!) { addSchoolMember(input: $input) { person { name email memberships { id } } } }";
  const input = { schoolId: "sch_a", email: "ada@psqm.example", role: "SUBJECT_LEADER" };
  const refused = await service.query(head, document, { input: { ...input, name: "Somebody" } });
  expect(JSON.stringify(refused)).not.toContain("Lovelace");
  expect(refused.errors?.[0]?.extensions.code).toBe("NAME_DIFFERS");
  expect(await service.database.em.fork().execute("select 1 from school_membership where school_id = 'sch_a'")).toEqual(
    [],
  );
  await expect(add(head, "ada", Role.SubjectLeader, "sch_a", "ada  lovélace")).resolves.toMatchObject({
    schoolId: "sch_a",
  });
});

test("whom a head teacher sees already they may add under any name", async () => {
  const first = await add(head, "tess", Role.SubjectLeader, "sch_a", "Tess Second");
  await endSchoolMembership(service.caller(head), first.id);
  await expect(add(head, "tess", Role.SecondParticipant, "sch_a", "Tess")).resolves.toMatchObject({
    personId: first.personId,
  });
});

test.each([Role.SubjectLeader, Role.SecondParticipant])("a school has one %s at a time", async (role) => {
  const first = await add(hq, "first", role);
  await expect(add(hq, "second", role)).rejects.toMatchObject({ code: "SCHOOL_TEAM_FULL" });
  await endSchoolMembership(service.caller(hq), first.id);
  await expect(add(hq, "second", role)).resolves.toMatchObject({ role, endedOn: null });
});

test("the two of a team are two people, and nobody is the same thing twice", async () => {
  await add(hq, "sam", Role.SubjectLeader);
  await expect(add(hq, "sam", Role.SubjectLeader)).rejects.toMatchObject({ code: "ALREADY_MEMBER" });
  await expect(add(hq, "sam", Role.SecondParticipant)).rejects.toMatchObject({ code: "ALREADY_MEMBER" });
  await add(hq, "sam", Role.HeadTeacher);
  await expect(add(hq, "sam", Role.HeadTeacher)).rejects.toMatchObject({ code: "ALREADY_MEMBER" });
});

test("a school may have several head teachers, and several memberships may follow one another", async () => {
  await add(hq, "one", Role.HeadTeacher);
  await expect(add(hq, "two", Role.HeadTeacher)).resolves.toMatchObject({ role: "HEAD_TEACHER" });
});

test("a head teacher may not add a head teacher, nor anybody elsewhere, where the school does not exist for them", async () => {
  await expect(add(head, "new", Role.HeadTeacher)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(add(head, "new", Role.SubjectLeader, "sch_b")).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "There is no school sch_b that you may see.",
  });
  await expect(add(head, "new", Role.SubjectLeader, "sch_nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(add(subjectLeader("sch_a"), "new", Role.SecondParticipant)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const people = await service.database.em.fork().execute("select 1 from person");
  expect(people).toEqual([]);
});

test("a head teacher ends the team's memberships of their school, once, and no others", async () => {
  const sam = await add(hq, "sam", Role.SubjectLeader);
  const other = await add(hq, "other", Role.SubjectLeader, "sch_b");
  const harriet = await add(hq, "harriet", Role.HeadTeacher);
  const end = (id: string) => endSchoolMembership(service.caller(head), id);
  await expect(end(other.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(end("mem_nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(end(harriet.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(end(sam.id)).resolves.toMatchObject({ endedOn: "2026-09-01" });
  await expect(end(sam.id)).rejects.toMatchObject({ code: "MEMBERSHIP_ENDED" });
  const events = await service.emitted("school-membership.ended");
  expect(events.at(-1)).toMatchObject({
    aggregate: "sch_a",
    payload: {
      membershipId: sam.id,
      schoolId: "sch_a",
      personId: sam.personId,
      role: "SUBJECT_LEADER",
      on: "2026-09-01",
    },
  });
});

test.each([
  ["a name of nothing", { name: "   " }],
  ["a name of 201 characters", { name: "x".repeat(201) }],
  ["an address without a domain", { email: "sam@" }],
  ["an address with NUL", { email: "sam\0@psqm.example" }],
  ["an address with what nobody sees", { email: "s\u200Bam@psqm.example" }],
  ["a name with NUL", { name: "Sa\0m" }],
  ["an address with a space", { email: "sam sam@psqm.example" }],
  ["a role that is not a school's", { role: Role.HubLeader }],
])("%s is refused", async (_what, wrong) => {
  const input = { schoolId: "sch_a", name: "Sam", email: "sam@psqm.example", role: Role.SubjectLeader, ...wrong };
  await expect(addSchoolMember(service.caller(hq), input)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("of two who join at once as subject leader one is in, and the other is refused by name", async () => {
  const attempts = await whileHolding(() => [add(hq, "one", Role.SubjectLeader), add(hq, "two", Role.SubjectLeader)]);
  expect(attempts.filter((attempt) => attempt.status === "fulfilled")).toHaveLength(1);
  expect(attempts.find((attempt) => attempt.status === "rejected")).toMatchObject({
    reason: { code: "SCHOOL_TEAM_FULL" },
  });
});

test("the index alone keeps the second subject leader out", async () => {
  const first = await add(hq, "one", Role.SubjectLeader);
  await expect(
    service.database.em
      .fork()
      .execute(
        "insert into school_membership (id, person_id, school_id, role, started_on) values ('mem_x', ?, 'sch_a', 'SUBJECT_LEADER', now())",
        [first.personId],
      ),
  ).rejects.toThrow(/school_membership_one/);
});

test("through the graph a head teacher adds and ends, reads the name at once, and never the address", async () => {
  const add =
    "mutation ($input: AddSchoolMemberInput!) { addSchoolMember(input: $input) { id role school { name } person { name email roles } } }";
  const input = { schoolId: "sch_a", name: "Sam Subject", email: "sam@psqm.example", role: "SUBJECT_LEADER" };
  const added = await service.query(head, add, { input });
  expect(added.data.addSchoolMember).toEqual({
    id: expect.stringMatching(/^mem_/),
    role: "SUBJECT_LEADER",
    school: { name: "A" },
    person: { name: "Sam Subject", email: null, roles: ["SUBJECT_LEADER"] },
  });
  const refused = await service.query(head, add, { input: { ...input, email: "other@psqm.example" } });
  expect(refused.errors?.[0]).toMatchObject({ path: ["addSchoolMember"], extensions: { code: "SCHOOL_TEAM_FULL" } });
  const end = "mutation ($id: ID!) { endSchoolMembership(membershipId: $id) { endedOn person { name roles } } }";
  const ended = await service.query(head, end, { id: added.data.addSchoolMember.id });
  expect(ended.data.endSchoolMembership).toEqual({ endedOn: "2026-09-01", person: { name: "Sam Subject", roles: [] } });
});

/** Holds the school's row until both are queued behind it, so that they truly overlap. */
async function whileHolding(start: () => Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
  const queued = await service.database.em.fork().transactional(async (holder) => {
    await holder.findOneOrFail(School, { id: "sch_a" }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const settled = Promise.allSettled(start());
    await until("both wait", async () => {
      const blocked = await service.database.em
        .fork()
        .execute("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
      return blocked.length === 2;
    });
    return { settled };
  });
  return queued.settled;
}
