import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { Role, system } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { candidate, programmeTeam } from "@psqm/testing/viewers";
import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import { KnownHub } from "../hub/hub.ts";
import { people } from "../service.ts";
import { forgetEverybody } from "../testing/forget-everybody.ts";
import { handedInCandidacy } from "../testing/handed-in-candidacy.ts";
import { appointToHub } from "./appoint-to-hub.ts";
import { endHubAppointment } from "./end-hub-appointment.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  await forgetEverybody(em);
  await em.execute(
    "insert into person (id, name, email, created_at) values ('per_lena', 'Lena', 'lena@psqm.example', now()), ('per_mina', 'Mina', 'mina@psqm.example', now()), ('per_hq', 'Helen', 'helen@psqm.example', now())",
  );
  await em.execute("insert into hub (id, name) values ('hub_one', 'One')");
});

const hq = () => service.caller(programmeTeam());
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
  await expect(endHubAppointment(hq(), first.id)).resolves.toMatchObject({ endedOn: "2026-09-01" });
  await expect(endHubAppointment(hq(), first.id)).rejects.toMatchObject({ code: "APPOINTMENT_ENDED" });
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
])("%s is refused", async (_what, wrong, code) => {
  const input = { hubId: "hub_one", personId: "per_lena", role: Role.Mentor, ...wrong };
  await expect(appointToHub(hq(), input)).rejects.toMatchObject({ code });
});

test("an unknown appointment cannot be ended", async () => {
  await expect(endHubAppointment(hq(), "app_nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
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
