import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, programmeTeam } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { activeYears } from "../testing/active-year.ts";

let service: TestSubgraph;
let years: ReturnType<typeof activeYears>;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
  years = activeYears(service);
});
afterAll(() => service.close());

const hq = programmeTeam();
type Answer = Awaited<ReturnType<TestSubgraph["query"]>>;
const code = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;

const hull = { easting: 509_000, northing: 428_000 };
const oxford = { easting: 451_000, northing: 206_000 };
let urn = 300_000;

async function register(roundId: string, place: object = {}): Promise<{ id: string; urn: string; schoolId: string }> {
  urn += 1;
  const schoolId = await years.aSchool({ urn: `${urn}`, ...place });
  const { data } = await service.query(
    hq,
    "mutation ($input: RegisterSchoolInput!) { registerSchool(input: $input) { id } }",
    { input: { schoolId, roundId } },
  );
  return { id: data.registerSchool.id, urn: `${urn}`, schoolId };
}

async function aHubAt(place: object, capacity = 5): Promise<{ id: string; name: string }> {
  const baseSchoolId = await years.aSchool(place);
  const name = newId("Hub");
  const { data } = await service.query(
    hq,
    "mutation ($input: CreateHubInput!) { createHub(input: $input) { id name base { id } } }",
    { input: { name, area: "Here", capacity, leaderId: "per_lena", baseSchoolId } },
  );
  expect(data.createHub.base).toEqual({ id: baseSchoolId });
  return { id: data.createHub.id, name };
}

const change = (viewer: Viewer, input: object) =>
  service.query(viewer, "mutation ($input: ChangeHubInput!) { changeHub(input: $input) { name area capacity } }", {
    input,
  });

const stateOf = async (id: string): Promise<string> =>
  (await service.query(hq, "query ($id: ID!) { enrolment(id: $id) { state } }", { id })).data.enrolment.state;

const offerMany = (places: object[], dryRun: boolean, viewer = hq) =>
  service.query(
    viewer,
    "mutation ($input: OfferPlacesInput!) { offerPlaces(input: $input) { enrolmentId offered code enrolment { state } } }",
    { input: { places, dryRun } },
  );

test("a hub near a waiting school is proposed with its distance, and hubs near a school come nearest first", async () => {
  const [humber, thames] = [await aHubAt(hull), await aHubAt(oxford)];
  const roundId = await years.aRound();
  const wolds = await register(roundId, { easting: 509_000, northing: 440_000 });
  const unknown = await register(roundId);
  const { data, errors } = await service.query(
    hq,
    `query ($roundId: ID!) { allocation(roundId: $roundId, first: 10) {
       nodes { enrolment { id } hub { id } distanceMetres reason } } }`,
    { roundId },
  );
  expect(errors).toBeUndefined();
  expect(data.allocation.nodes).toMatchObject([
    { enrolment: { id: wolds.id }, hub: { id: humber.id }, distanceMetres: 12_000 },
    { enrolment: { id: unknown.id }, hub: { id: expect.any(String) }, distanceMetres: null },
  ]);
  const near = await service.query(
    headTeacher(wolds.schoolId),
    "query ($id: ID!) { hubsNear(schoolId: $id, first: 2) { nodes { hub { id } distanceMetres } } }",
    { id: wolds.schoolId },
  );
  expect(near.data.hubsNear.nodes).toMatchObject([
    { hub: { id: humber.id }, distanceMetres: 12_000 },
    { hub: { id: thames.id } },
  ]);
});

test("a batch says what would become of each offer, changes nothing by itself, and then does exactly that", async () => {
  const roundId = await years.aRound();
  const hub = await aHubAt(hull, 2);
  const schools = [await register(roundId), await register(roundId), await register(roundId)];
  const places = [
    ...schools.map(({ id }) => ({ enrolmentId: id, hubId: hub.id })),
    { enrolmentId: "enr_none", hubId: hub.id },
  ];
  const answers = ["null", "null", "HUB_FULL", "NOT_FOUND"];
  const codes = ({ data }: Answer) => data.offerPlaces.map((row: { code: string | null }) => String(row.code));
  expect(codes(await offerMany(places, true))).toEqual(answers);
  expect(await Promise.all(schools.map(({ id }) => stateOf(id)))).toEqual(["REGISTERED", "REGISTERED", "REGISTERED"]);
  const done = await offerMany(places, false);
  expect(codes(done)).toEqual(answers);
  expect(done.data.offerPlaces[0]).toMatchObject({ offered: true, enrolment: { state: "OFFERED" } });
  expect(await Promise.all(schools.map(({ id }) => stateOf(id)))).toEqual(["OFFERED", "OFFERED", "REGISTERED"]);
  expect(codes(await offerMany(places.slice(0, 1), false))).toEqual(["ILLEGAL_TRANSITION"]);
  expect(code(await offerMany([], true))).toBe("BAD_USER_INPUT");
  expect(code(await offerMany(places, true, hubLeader(hub.id)))).toBe("FORBIDDEN");
});

test("two batches for the same last place at once: one school gets it", async () => {
  const roundId = await years.aRound();
  const hub = await aHubAt(hull, 1);
  const [one, other] = [await register(roundId), await register(roundId)];
  const answers = await Promise.all(
    [one, other].map(({ id }) => offerMany([{ enrolmentId: id, hubId: hub.id }], false)),
  );
  expect(answers.map(({ data }) => String(data.offerPlaces[0].code)).sort()).toEqual(["HUB_FULL", "null"]);
});

test("of a file with a thousand bad rows, each is answered by its line, and the good ones are offered", async () => {
  const roundId = await years.aRound();
  const hub = await aHubAt(hull);
  const [first, last] = [await register(roundId), await register(roundId)];
  const bad = Array.from({ length: 1000 }, (_, n) => (n % 2 === 0 ? `9${n},${hub.name}` : `${first.urn},No such hub`));
  const csv = ["urn,hub", `${first.urn},${hub.name}`, ...bad, `${last.urn},${hub.name}`].join("\r\n");
  const send = (dryRun: boolean, text = csv) =>
    service.query(
      hq,
      `mutation ($input: OfferPlacesFromCsvInput!) { offerPlacesFromCsv(input: $input) {
         dryRun done refused rows { line code message } } }`,
      { input: { roundId, csv: text, dryRun } },
    );
  service.statements.length = 0;
  const dry = (await send(true)).data.offerPlacesFromCsv;
  expect(service.statements.length).toBeLessThan(12);
  expect(dry).toMatchObject({ dryRun: true, done: 2, refused: 1000 });
  expect(dry.rows.slice(0, 3)).toEqual([
    { line: 2, code: null, message: null },
    { line: 3, code: "UNKNOWN_URN", message: 'No school with the URN "90" is registered for this round.' },
    { line: 4, code: "UNKNOWN_HUB", message: 'No hub is called "No such hub".' },
  ]);
  expect(dry.rows.at(-1)).toEqual({ line: 1003, code: null, message: null });
  expect(await stateOf(last.id)).toBe("REGISTERED");
  expect((await send(false)).data.offerPlacesFromCsv).toMatchObject({ dryRun: false, done: 2, refused: 1000 });
  expect([await stateOf(first.id), await stateOf(last.id)]).toEqual(["OFFERED", "OFFERED"]);
  expect(code(await send(true, "school,hub\n1,2"))).toBe("BAD_USER_INPUT");
});

test("a hub changes what is named of it, but never to fewer places than are taken", async () => {
  const [hub, other] = [await aHubAt(hull, 3), await aHubAt(hull)];
  const roundId = await years.aRound();
  for (let n = 0; n < 2; n += 1) await offerMany([{ enrolmentId: (await register(roundId)).id, hubId: hub.id }], false);
  expect((await change(hq, { hubId: hub.id, capacity: 2, area: " Hull " })).data.changeHub).toEqual({
    name: hub.name,
    area: "Hull",
    capacity: 2,
  });
  expect(code(await change(hq, { hubId: hub.id, capacity: 1 }))).toBe("HUB_TOO_FULL");
  expect(code(await change(hq, { hubId: hub.id, capacity: 0 }))).toBe("BAD_USER_INPUT");
  expect(code(await change(hq, { hubId: hub.id, name: other.name }))).toBe("HUB_NAME_TAKEN");
  expect(code(await change(hq, { hubId: hub.id, baseSchoolId: "sch_none" }))).toBe("NOT_FOUND");
  expect(code(await change(hq, { hubId: "hub_none", capacity: 2 }))).toBe("NOT_FOUND");
  expect(code(await change(hubLeader(hub.id), { hubId: hub.id, capacity: 9 }))).toBe("FORBIDDEN");
});
