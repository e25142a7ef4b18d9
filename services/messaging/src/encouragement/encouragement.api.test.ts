import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { messaging } from "../service.ts";
import { converse } from "../testing/conversations.ts";
import { encouragement, Occasion } from "./encouragement.rules.ts";

const names: Record<string, string> = {
  per_subject: "Sam Subject",
  per_second: "Tess Second",
  per_leader: "Lena Leader",
};
let service: TestSubgraph;
let people: Server;
let isPeopleThere = true;
let conversation: string;

beforeAll(async () => {
  people = createServer(async (request, response) => {
    if (!isPeopleThere) return response.writeHead(503).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    const { personIds } = JSON.parse(body) as { personIds: string[] };
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify(personIds.map((id) => ({ personId: id, name: names[id], email: `${id}@psqm.example` }))));
  }).listen(0, "127.0.0.1");
  await until("people listen", () => people.address());
  const { port } = people.address() as AddressInfo;
  service = await startTestSubgraph(messaging, { neighbours: { people: `http://127.0.0.1:${port}` } });
  const em = service.database.em.fork();
  await em.execute(
    `insert into member (id, person_id, school_id, hub_id) values ('mem_1', 'per_subject', 'sch_wolds', null),
       ('mem_2', 'per_second', 'sch_wolds', null), ('app_1', 'per_leader', null, 'hub_humber')`,
  );
  conversation = await converse(service);
});

afterAll(async () => {
  await service.close();
  people.close();
});

const ask = (viewer = hubLeader("hub_humber")) =>
  service.query(viewer, "query ($id: ID!) { encouragements(conversationId: $id) { occasion text } }", {
    id: conversation,
  });

test("a hub leader is given words for every milestone, by name, and nothing is sent", async () => {
  const { data } = await ask();
  expect(data.encouragements.map(({ occasion }: { occasion: string }) => occasion)).toEqual(Object.values(Occasion));
  for (const { text } of data.encouragements)
    expect(text).toMatch(/^Dear (Sam and Tess|Tess and Sam),\n\n.+\n\nLena$/s);
  expect(await service.database.em.fork().execute("select 1 from message")).toEqual([]);
});

test("the words are there without names when people does not answer", async () => {
  isPeopleThere = false;
  const { data } = await ask();
  expect(data.encouragements[0].text).toMatch(/^Hello,\n\nIt was good/);
  isPeopleThere = true;
});

test("they are for the leaders and mentors of the hub alone", async () => {
  const codes = await Promise.all(
    [hubLeader("hub_other"), subjectLeader("sch_wolds"), programmeTeam()].map(
      async (viewer) => (await ask(viewer)).errors?.[0]?.extensions.code,
    ),
  );
  expect(codes).toEqual(["NOT_FOUND", "FORBIDDEN", "FORBIDDEN"]);
});

test.each(Object.values(Occasion))("the words for %s can be sent as they are", (occasion) => {
  const text = encouragement(occasion, { to: ["Ada"], from: null });
  expect(text).toMatch(/^Dear Ada,\n\n/);
  expect(text.length).toBeLessThan(500);
});
