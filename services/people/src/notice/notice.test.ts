import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import fc from "fast-check";
import { people } from "../service.ts";
import { acknowledgeNotice } from "./acknowledge-notice.ts";
import { giveNotice } from "./give-notice.ts";
import { noticePolicy, visibleNotices } from "./notice.policy.ts";
import { noticeRoute, noticeSubject } from "./notice.rules.ts";
import { Notice } from "./notice.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
  const em = service.database.em.fork();
  for (const name of ["lena", "rafael", "mina", "sam", "cleo", "hq"]) {
    await em.execute("insert into person (id, name, email, created_at) values (?, ?, ?, now())", [
      `per_${name}`,
      name,
      `${name}@psqm.example`,
    ]);
  }
  await em.execute(`insert into school (id, urn, name, local_authority, phase, type, status)
      values ('sch_a', '100001', 'A', 'Kent', 'Primary', 'x', 'OPEN'), ('sch_c', '100003', 'C', 'Kent', 'Primary', 'x', 'OPEN');
    insert into hub (id, name) values ('hub_humber', 'Humber'), ('hub_thames', 'Thames');
    insert into school_membership (id, person_id, school_id, role, started_on) values
      ('mem_1', 'per_sam', 'sch_a', 'SUBJECT_LEADER', '2026-01-01');
    insert into school_support (enrolment_id, school_id, hub_id, confirmed_on, ended_on) values
      ('enr_old', 'sch_a', 'hub_thames', '2025-09-01', '2026-01-01'), ('enr_a', 'sch_a', 'hub_humber', '2026-09-01', null)`);
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  for (const table of ["notice_acknowledgement", "notice"]) await em.execute(`delete from ${table}`);
});

const lena = hubLeader("hub_humber", "per_lena");
const rafael = hubLeader("hub_thames", "per_rafael");
const mina = mentor("hub_humber", "per_mina");
const sam = subjectLeader("sch_a", "per_sam");
const cleo = subjectLeader("sch_c", "per_cleo");
const helen = programmeTeam("per_hq");

const give = (viewer: Viewer, parts: Partial<Parameters<typeof giveNotice>[1]>) =>
  giveNotice(service.caller(viewer), { hubId: null, schoolId: null, text: "I move.", effectiveOn: null, ...parts });
const read = async (viewer: Viewer, unacknowledged = false): Promise<string[]> => {
  const list = "query ($unacknowledged: Boolean!) { notices(unacknowledged: $unacknowledged) { nodes { text } } }";
  const { data } = await service.query(viewer, list, { unacknowledged });
  return data.notices.nodes.map(({ text }: { text: string }) => text);
};

test.each([
  ["a hub leader tells the PSQM management team", noticeSubject("hub_one", null), "hub_one", null],
  ["a subject leader tells the hub leader and the PSQM team", noticeSubject(null, "sch_one"), "hub_one", "hub_one"],
  ["a subject leader without a hub tells the PSQM team", noticeSubject(null, "sch_one"), null, null],
])("%s (document 001, roles and responsibilities)", (_who, about, supporting, toHub) => {
  expect(noticeRoute(about, supporting)).toBe(toHub);
});

test("a subject leader's notice goes to the leaders of the hub that supports the school, and to the programme team", async () => {
  const input = { schoolId: "sch_a", text: " Leave from Easter. ", effectiveOn: "2027-04-01" };
  const giving = `mutation ($input: GiveNoticeInput!) {
    giveNotice(input: $input) { id text effectiveOn person { name } school { id } hub { id } toHub { id } acknowledgements { at } }
  }`;
  const { data } = await service.query(sam, giving, { input });
  const { id, ...given } = data.giveNotice;
  expect(given).toEqual({
    text: "Leave from Easter.",
    effectiveOn: "2027-04-01",
    person: { name: "sam" },
    school: { id: "sch_a" },
    hub: null,
    toHub: { id: "hub_humber" },
    acknowledgements: [],
  });
  for (const viewer of [sam, lena, helen]) expect(await read(viewer)).toEqual(["Leave from Easter."]);
  for (const viewer of [rafael, mina, cleo]) expect(await read(viewer)).toEqual([]);
  expect((await service.emitted("notice.given")).at(-1)).toMatchObject({
    aggregate: id,
    payload: {
      noticeId: id,
      personId: "per_sam",
      hubId: null,
      schoolId: "sch_a",
      toHubId: "hub_humber",
      effectiveOn: "2027-04-01",
    },
  });
});

test("a hub leader's notice goes to the programme team alone; one of a school without a hub too", async () => {
  await give(lena, { hubId: "hub_humber", text: "I stop." });
  await give(cleo, { schoolId: "sch_c", text: "I stop too." });
  expect(await read(helen)).toEqual(["I stop too.", "I stop."]);
  expect(await read(lena)).toEqual(["I stop."]);
  expect(await read(hubLeader("hub_humber", "per_rafael"))).toEqual([]);
});

test.each<[string, Viewer, Parameters<typeof give>[1], string]>([
  ["of another's hub", lena, { hubId: "hub_thames" }, "FORBIDDEN"],
  ["of a hub that is none", lena, { hubId: "hub_nowhere" }, "FORBIDDEN"],
  ["of another's school", sam, { schoolId: "sch_c" }, "FORBIDDEN"],
  ["of the second participant", secondParticipant("sch_a", "per_sam"), { schoolId: "sch_a" }, "FORBIDDEN"],
  ["of a hub and a school", lena, { hubId: "hub_humber", schoolId: "sch_a" }, "BAD_USER_INPUT"],
  ["of nothing", lena, {}, "BAD_USER_INPUT"],
  ["without text", lena, { hubId: "hub_humber", text: " " }, "BAD_USER_INPUT"],
  ["of too much text", lena, { hubId: "hub_humber", text: "x".repeat(5001) }, "BAD_USER_INPUT"],
])("a notice %s is refused", async (_what, viewer, input, code) => {
  await expect(give(viewer, input)).rejects.toMatchObject({ code });
});

test("whom a notice concerns acknowledge it, once each; nobody else does, and its giver does not", async () => {
  const { id } = await give(sam, { schoolId: "sch_a" });
  expect(await read(lena, true)).toEqual(["I move."]);
  const acknowledge = `mutation ($id: ID!) { acknowledgeNotice(noticeId: $id) { acknowledgements { person { name } } } }`;
  const by = async (viewer: Viewer) => service.query(viewer, acknowledge, { id });
  const first = { acknowledgeNotice: { acknowledgements: [{ person: { name: "lena" } }] } };
  expect((await by(lena)).data).toEqual(first);
  expect((await by(lena)).data).toEqual(first);
  expect((await by(helen)).data.acknowledgeNotice.acknowledgements).toHaveLength(2);
  expect(await read(lena, true)).toEqual([]);
  expect((await by(rafael)).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  expect((await by(sam)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  const own = await give(lena, { hubId: "hub_humber" });
  await expect(acknowledgeNotice(service.caller(lena), own.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const leaderOfTeam = { ...helen, roles: [Role.ProgrammeTeam, Role.HubLeader], hubsLed: ["hub_humber"] };
  const ofTeam = await give(leaderOfTeam, { hubId: "hub_humber" });
  await expect(acknowledgeNotice(service.caller(leaderOfTeam), ofTeam.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("the rule for a notice's row and the rule for lists of them agree for every viewer", async () => {
  await give(lena, { hubId: "hub_humber" });
  await give(sam, { schoolId: "sch_a" });
  await give(cleo, { schoolId: "sch_c" });
  const em = service.database.em.fork();
  const rows = await em.find(Notice, {}, { orderBy: { id: "asc" } });
  const viewers = fc.record({
    personId: fc.constantFrom("per_lena", "per_sam", "per_cleo", "per_hq", null),
    roles: fc.uniqueArray(fc.constantFrom(...Object.values(Role))),
    hubsLed: fc.uniqueArray(fc.constantFrom("hub_humber", "hub_thames")),
  });
  await fc.assert(
    fc.asyncProperty(viewers, async (parts) => {
      const viewer: Viewer = { ...anonymous, kind: "person", ...parts };
      const listed = await em.find(Notice, visibleNotices(viewer), { orderBy: { id: "asc" } });
      expect(listed.map(({ id }) => id)).toEqual(
        rows.filter((row) => noticePolicy.allows(viewer, row)).map(({ id }) => id),
      );
    }),
    { numRuns: 50 },
  );
});

test("the list of notices costs the same statements, however many there are", async () => {
  const ask = async () => {
    service.statements.length = 0;
    await service.query(
      helen,
      "{ notices { nodes { text person { name } school { name } acknowledgements { person { name } } } } }",
    );
    return service.statements.length;
  };
  const note = async () => acknowledgeNotice(service.caller(helen), (await give(sam, { schoolId: "sch_a" })).id);
  await note();
  const one = await ask();
  await note();
  await note();
  expect(await ask()).toBe(one);
});
