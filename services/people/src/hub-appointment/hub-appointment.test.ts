import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { Role, system } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { candidate, hubLeader, mentor, programmeTeam } from "@psqm/testing/viewers";
import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import { KnownHub } from "../hub/hub.ts";
import { addSchoolMember } from "../school-membership/add-school-member.ts";
import { people } from "../service.ts";
import { forgetEverybody } from "../testing/forget-everybody.ts";
import { handedInCandidacy } from "../testing/handed-in-candidacy.ts";
import { appointToHub } from "./appoint-to-hub.ts";
import { endHubAppointment } from "./end-hub-appointment.ts";
import { firstTermEnd, renewedTermEnd } from "./hub-appointment.rules.ts";
import { renewHubAppointment } from "./renew-hub-appointment.ts";

let service: TestSubgraph;
let now: Date;
beforeAll(async () => {
  service = await startTestSubgraph(people, { clock: () => now });
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  now = new Date("2026-09-01T09:00:00Z");
  for (const table of ["school_membership", "school_support", "school"]) await em.execute(`delete from ${table}`);
  await forgetEverybody(em);
  await em.execute(
    "insert into person (id, name, email, created_at) values ('per_lena', 'Lena', 'lena@psqm.example', now()), ('per_mina', 'Mina', 'mina@psqm.example', now()), ('per_hq', 'Helen', 'helen@psqm.example', now())",
  );
  await em.execute("insert into hub (id, name) values ('hub_one', 'One')");
});

const hq = () => service.caller(programmeTeam());
const end = (appointmentId: string) => endHubAppointment(hq(), { appointmentId, reason: "Moved away." });
const sql = (text: string) => service.database.em.fork().execute<Record<string, unknown>[]>(text);

test("a hub that programme creates begins with its leader's appointment, once however often the event comes", async () => {
  const event = { hubId: "hub_new", name: "Humber Science Hub", leaderId: "per_lena" };
  await service.deliver("programme", "hub.created", "hub_new", event);
  expect(await sql("select name from hub where id = 'hub_new'")).toEqual([{ name: "Humber Science Hub" }]);
  const [appointment] = await sql("select * from hub_appointment where hub_id = 'hub_new'");
  expect(appointment).toMatchObject({ person_id: "per_lena", role: "HUB_LEADER", ended_on: null });
  expect((await service.emitted("hub-appointment.started")).at(-1)).toMatchObject({
    aggregate: "hub_new",
    payload: {
      appointmentId: appointment?.["id"],
      hubId: "hub_new",
      personId: "per_lena",
      role: "HUB_LEADER",
      on: "2026-09-01",
    },
  });
});

test("a hub whose leader is nobody is parked, not lost", async () => {
  await service.deliver("programme", "hub.created", "hub_orphan", {
    hubId: "hub_orphan",
    name: "X",
    leaderId: "per_nobody",
  });
  expect(await sql("select reason from parked_event where aggregate = 'hub_orphan'")).toEqual([
    { reason: expect.stringContaining("There is no person per_nobody") },
  ]);
  expect(await sql("select 1 from hub where id = 'hub_orphan'")).toEqual([]);
});

test("an appointment settles the candidacy that asked for it, and no other", async () => {
  const lena = () => service.caller(candidate("per_lena"));
  await handedInCandidacy(lena, CandidacyKind.Mentor);
  await handedInCandidacy(lena, CandidacyKind.HubLeader);
  const { id } = await appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.Mentor });
  expect(await sql("select kind, state, appointment_id, appointed_on from candidacy order by kind")).toEqual([
    { kind: "HUB_LEADER", state: "SUBMITTED", appointment_id: null, appointed_on: null },
    { kind: "MENTOR", state: "APPOINTED", appointment_id: id, appointed_on: "2026-09-01" },
  ]);
});

test("nobody is appointed twice to a hub, and again after the appointment ended", async () => {
  const first = await appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.Mentor });
  await expect(
    appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.HubLeader }),
  ).rejects.toMatchObject({
    code: "ALREADY_APPOINTED",
  });
  await expect(end(first.id)).resolves.toMatchObject({ endedOn: "2026-09-01" });
  await expect(end(first.id)).rejects.toMatchObject({ code: "APPOINTMENT_ENDED" });
  expect((await service.emitted("hub-appointment.ended")).at(-1)).toMatchObject({
    aggregate: "hub_one",
    payload: { appointmentId: first.id, hubId: "hub_one", personId: "per_lena", role: "MENTOR", on: "2026-09-01" },
  });
  await expect(
    appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.HubLeader }),
  ).resolves.toBeDefined();
});

test.each([
  ["an unknown hub", { hubId: "hub_nowhere" }, "NOT_FOUND"],
  ["an unknown person", { personId: "per_nobody" }, "NOT_FOUND"],
  ["a role that is not a hub's", { role: Role.HeadTeacher }, "BAD_USER_INPUT"],
  ["a day that is yet to come", { startedOn: "2026-09-02" }, "BAD_USER_INPUT"],
])("%s is refused", async (_what, wrong, code) => {
  const input = { hubId: "hub_one", personId: "per_lena", role: Role.Mentor, ...wrong };
  await expect(appointToHub(hq(), input)).rejects.toMatchObject({ code });
});

test("an unknown appointment cannot be ended", async () => {
  await expect(end("app_nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("of two appointments of one person at once, one is made and one refused by name", async () => {
  const appoint = () =>
    appointToHub(service.caller(system), { hubId: "hub_one", personId: "per_mina", role: Role.Mentor });
  const { settled } = await service.database.em.fork().transactional(async (holder) => {
    await holder.findOneOrFail(KnownHub, { id: "hub_one" }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const settled = Promise.allSettled([appoint(), appoint()]);
    await until("both wait", async () => {
      const blocked = await sql(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return blocked.length === 2;
    });
    return { settled };
  });
  const attempts = await settled;
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(attempts.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "ALREADY_APPOINTED" } });
});

test.each([
  ["2026-12-01", "2026-09-02", "2027-12-01"], // the first day of the 90
  ["2026-12-01", "2026-12-01", "2027-12-01"],
  ["2026-12-01", "2026-12-02", "2027-12-02"], // late: a whole year from now
  ["2024-02-29", "2024-02-29", "2025-02-28"],
])("a term that ends on %s and is renewed on %s ends on %s", (termEndsOn, today, renewed) => {
  expect(renewedTermEnd(termEndsOn, today)).toBe(renewed);
});

test("the first term is a complete year (documents 000 and 001, commitment)", () => {
  expect(firstTermEnd("2026-09-01")).toBe("2027-09-01");
  expect(() => renewedTermEnd("2026-12-01", "2026-09-01")).toThrow(
    expect.objectContaining({ code: "RENEWAL_TOO_EARLY" }),
  );
});

test("an appointment is renewed once for each year, and listed while it is to be", async () => {
  const { id } = await appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.HubLeader });
  const list = "query ($until: Day) { appointmentsToRenew(until: $until) { nodes { id termEndsOn } } }";
  const listed = async (until?: string) =>
    (await service.query(programmeTeam(), list, { until })).data.appointmentsToRenew.nodes;
  const renew = `mutation ($id: ID!) { renewHubAppointment(appointmentId: $id) { termEndsOn renewals { renewedOn termEndsOn } } }`;
  const renewed = () => service.query(programmeTeam(), renew, { id });
  expect(await listed()).toEqual([]);
  expect(await listed("2027-09-01")).toEqual([{ id, termEndsOn: "2027-09-01" }]);
  expect((await renewed()).errors?.[0]?.extensions.code).toBe("RENEWAL_TOO_EARLY");
  now = new Date("2027-07-15T09:00:00Z");
  expect(await listed()).toEqual([{ id, termEndsOn: "2027-09-01" }]);
  const both = await Promise.allSettled([renewHubAppointment(hq(), id), renewHubAppointment(hq(), id)]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "RENEWAL_TOO_EARLY" } });
  expect(await listed()).toEqual([]);
  now = new Date("2028-08-15T09:00:00Z");
  expect((await renewed()).data.renewHubAppointment).toEqual({
    termEndsOn: "2029-09-01",
    renewals: [
      { renewedOn: "2027-07-15", termEndsOn: "2028-09-01" },
      { renewedOn: "2028-08-15", termEndsOn: "2029-09-01" },
    ],
  });
  await end(id);
  expect((await renewed()).errors?.[0]?.extensions.code).toBe("APPOINTMENT_ENDED");
  expect(await listed("2029-09-01")).toEqual([]);
  await expect(renewHubAppointment(hq(), "app_nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("an appointment ends with a reason, which the person and the programme team read", async () => {
  const { id } = await appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.HubLeader });
  await appointToHub(hq(), { hubId: "hub_one", personId: "per_mina", role: Role.Mentor });
  const ends = "mutation ($input: EndHubAppointmentInput!) { endHubAppointment(input: $input) { endedOn endReason } }";
  const input = { appointmentId: id, reason: " Has moved. " };
  const without = await service.query(programmeTeam(), ends, { input: { ...input, reason: " " } });
  expect(without.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect((await service.query(programmeTeam(), ends, { input })).data.endHubAppointment).toEqual({
    endedOn: "2026-09-01",
    endReason: "Has moved.",
  });
  const read = '{ person(id: "per_lena") { appointments { endReason } } }';
  expect((await service.query(hubLeader("hub_two", "per_lena"), read)).data.person.appointments).toEqual([
    { endReason: "Has moved." },
  ]);
  expect((await service.query(mentor("hub_one", "per_mina"), read)).data.person.appointments).toEqual([
    { endReason: null },
  ]);
});

test("two parts of a person in a hub never overlap; another may begin on the day that one ended", async () => {
  const appoint = (startedOn: string) =>
    appointToHub(hq(), { hubId: "hub_one", personId: "per_lena", role: Role.Mentor, startedOn });
  const { id } = await appoint("2026-01-01");
  await end(id);
  await expect(appoint("2026-08-31")).rejects.toMatchObject({
    code: "APPOINTMENTS_OVERLAP",
    details: { endedOn: "2026-09-01" },
  });
  await expect(appoint("2025-01-01")).rejects.toMatchObject({ code: "APPOINTMENTS_OVERLAP" });
  await expect(appoint("2026-09-01")).resolves.toMatchObject({ startedOn: "2026-09-01", termEndsOn: "2027-09-01" });
});

test.each([
  ["that lasts", "'2026-03-01', null"],
  ["that ended", "'2025-06-01', '2026-01-02'"],
])("the table refuses a second part %s, whoever writes it", async (_what, days) => {
  const insert = (id: string, hub: string, between: string) =>
    sql(`insert into hub_appointment (id, person_id, hub_id, role, term_ends_on, started_on, ended_on)
      values ('${id}', 'per_lena', '${hub}', 'MENTOR', '2027-01-01', ${between})`);
  await sql("insert into hub (id, name) values ('hub_two', 'Two')");
  await insert("app_1", "hub_one", "'2026-01-01', null");
  await insert("app_2", "hub_two", days);
  await expect(insert("app_3", "hub_one", days)).rejects.toThrow("hub_appointment_no_overlap");
});

test("nobody mentors themselves, whichever comes first", async () => {
  await sql(`insert into school (id, urn, name, local_authority, phase, type, status)
    values ('sch_one', '100001', 'One', 'Kent', 'Primary', 'x', 'OPEN')`);
  await service.deliver("programme", "enrolment.confirmed", "enr_one", {
    enrolmentId: "enr_one",
    schoolId: "sch_one",
    hubId: "hub_one",
    confirmedOn: "2026-09-01",
  });
  const join = (email: string, role: Role) =>
    addSchoolMember(hq(), { schoolId: "sch_one", name: "Some One", email: `${email}@psqm.example`, role });
  const appoint = (personId: string, role: Role) => appointToHub(hq(), { hubId: "hub_one", personId, role });
  const themselves = expect.objectContaining({ code: "MENTORS_THEMSELVES", details: { schoolId: "sch_one" } });

  await join("lena", Role.SubjectLeader);
  await expect(appoint("per_lena", Role.Mentor)).rejects.toEqual(themselves);
  await expect(appoint("per_lena", Role.HubLeader)).rejects.toEqual(themselves);
  await appoint("per_mina", Role.Mentor);
  await expect(join("mina", Role.SecondParticipant)).rejects.toEqual(themselves);
  await expect(join("mina", Role.HeadTeacher)).resolves.toBeDefined();
  await service.deliver("programme", "enrolment.withdrawn", "enr_one", {
    enrolmentId: "enr_one",
    withdrawnOn: "2026-09-01",
  });
  await expect(appoint("per_lena", Role.HubLeader)).resolves.toBeDefined();
});

test("who is made mentor and subject leader of a supported school at once becomes one of them", async () => {
  await sql(`insert into school (id, urn, name, local_authority, phase, type, status)
      values ('sch_one', '100001', 'One', 'Kent', 'Primary', 'x', 'OPEN');
    insert into school_support (enrolment_id, school_id, hub_id, confirmed_on) values ('enr_one', 'sch_one', 'hub_one', '2026-09-01')`);
  const { settled } = await service.database.em.fork().transactional(async (holder) => {
    await holder.execute("select 1 from person where id = 'per_mina' for update");
    const settled = Promise.allSettled([
      appointToHub(hq(), { hubId: "hub_one", personId: "per_mina", role: Role.Mentor }),
      addSchoolMember(hq(), {
        schoolId: "sch_one",
        name: "Mina",
        email: "mina@psqm.example",
        role: Role.SubjectLeader,
      }),
    ]);
    await until("both wait", async () => {
      const blocked = await sql(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return blocked.length === 2;
    });
    return { settled };
  });
  const attempts = await settled;
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(attempts.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "MENTORS_THEMSELVES" },
  });
});
