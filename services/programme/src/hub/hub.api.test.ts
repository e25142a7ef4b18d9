import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, partner, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  await em.execute("delete from hub");
});

const hq = programmeTeam();

const createHub = (parts: object = {}, viewer = hq) =>
  service.query(
    viewer,
    `mutation ($input: CreateHubInput!) { createHub(input: $input) { id name area kind capacity placesTaken } }`,
    {
      input: { name: "Humber Science Hub", area: "East Riding and Hull", capacity: 12, leaderId: "per_lena", ...parts },
    },
  );

test("the programme team makes a hub, and people hears who leads it", async () => {
  const { data, errors } = await createHub({ name: " Humber Science Hub " });
  expect(errors).toBeUndefined();
  const { id } = data.createHub;
  expect(data.createHub).toEqual({
    id: expect.stringMatching(/^hub_/),
    name: "Humber Science Hub",
    area: "East Riding and Hull",
    kind: "SCIENCE_PSQM",
    capacity: 12,
    placesTaken: 0,
  });
  const events = await service.emitted("hub.created");
  expect(events.at(-1)).toMatchObject({
    aggregate: id,
    payload: { hubId: id, name: "Humber Science Hub", leaderId: "per_lena" },
  });
});

test("a name is given once, even to two at once", async () => {
  const answers = await Promise.all([createHub(), createHub()]);
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "made").sort()).toEqual([
    "HUB_NAME_TAKEN",
    "made",
  ]);
});

test.each([{ leaderId: "sch_one" }, { name: "" }, { area: " " }, { capacity: 0 }])(
  "a hub with %j is refused, and nobody hears of it",
  async (part) => {
    const before = await service.emitted("hub.created");
    const { errors } = await createHub(part);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(await service.emitted("hub.created")).toHaveLength(before.length);
  },
);

test("nobody else makes hubs", async () => {
  expect((await createHub({}, hubLeader("hub_one"))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  expect((await createHub({}, anonymous)).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("everyone reads the directory, by name, page by page", async () => {
  for (const name of ["Thames Valley Science Hub", "Humber Science Hub", "Fens Science Hub"]) await createHub({ name });
  const pageAfter = (after: string | null) =>
    service.query(
      anonymous,
      `query ($after: String) { hubs(first: 2, after: $after) { nodes { id name area kind } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
  const first = await pageAfter(null);
  expect(first.data.hubs.nodes.map(({ name }: { name: string }) => name)).toEqual([
    "Fens Science Hub",
    "Humber Science Hub",
  ]);
  expect(first.data.hubs.pageInfo.hasNextPage).toBe(true);
  const second = await pageAfter(first.data.hubs.pageInfo.endCursor);
  expect(second.data.hubs.nodes).toMatchObject([{ name: "Thames Valley Science Hub" }]);
  expect(second.data.hubs.pageInfo.hasNextPage).toBe(false);
});

test("how full a hub is, is told to the programme team and those who work in it", async () => {
  const { id } = (await createHub()).data.createHub;
  const ask = (viewer: Parameters<TestSubgraph["query"]>[0]) =>
    service.query(viewer, `query ($id: ID!) { hub(id: $id) { name capacity placesTaken } }`, { id });
  for (const viewer of [hq, hubLeader(id), mentor(id)]) {
    expect((await ask(viewer)).data.hub).toEqual({ name: "Humber Science Hub", capacity: 12, placesTaken: 0 });
  }
  for (const viewer of [hubLeader("hub_other"), subjectLeader("sch_one"), partner(), anonymous]) {
    const { data, errors } = await ask(viewer);
    expect(data.hub).toEqual({ name: "Humber Science Hub", capacity: null, placesTaken: null });
    expect(errors).toHaveLength(2);
  }
});

test("a hub that is not there is null", async () => {
  expect((await service.query(anonymous, `{ hub(id: "hub_none") { id } }`)).data).toEqual({ hub: null });
});

test("many references to hubs, with their places, take one statement each", async () => {
  const ids: string[] = [];
  for (let at = 0; at < 20; at += 1) ids.push((await createHub({ name: `Hub ${at}` })).data.createHub.id);
  const representations = ids.map((id) => ({ __typename: "Hub", id }));
  service.statements.length = 0;
  const { data } = await service.entities(hq, representations, "... on Hub { id name placesTaken }");
  expect(data._entities.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(service.statements).toHaveLength(2);
});
