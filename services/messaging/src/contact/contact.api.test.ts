import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { everyRole, hubLeader, mentor, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { Conversation } from "../conversation/conversation.ts";
import { messaging } from "../service.ts";
import { converse, say } from "../testing/conversations.ts";

const [lena, mina, sam] = [hubLeader("hub_humber"), mentor("hub_humber"), subjectLeader("sch_wolds")];
const START = Date.parse("2026-11-02T09:00:00Z");
let now = new Date(START);
let service: TestSubgraph;
let talked: string;
let silent: string;

beforeAll(async () => {
  service = await startTestSubgraph(messaging, { clock: () => now });
  const em = service.database.em.fork();
  await em.execute(
    `insert into member (id, person_id, school_id, hub_id) values
       ('mem_1', 'per_subject', 'sch_wolds', null), ('app_1', 'per_leader', null, 'hub_humber'),
       ('app_2', 'per_mentor', null, 'hub_humber')`,
  );
  const conversation = await converse(service);
  talked = await enrolmentOf(conversation);
  silent = await enrolmentOf(await converse(service));
  for (const [minute, who, text] of [
    [0, lena, "Welcome"],
    [10, sam, "Thank you"],
    [15, sam, "And a question"],
    [40, mina, "Here is the answer"],
    [50, mina, "And more"],
    [100, sam, "Another question"],
    [110, lena, "Another answer"],
    [1_000, sam, "Are you there?"],
    [1_005, sam, "Hello?"],
  ] as const) {
    now = new Date(START + minute * 60_000);
    await say(service, who, conversation, text);
  }
});

afterAll(() => service.close());

const enrolmentOf = async (id: string) =>
  (await service.database.em.fork().findOneOrFail(Conversation, { id })).enrolmentId;

const ask = (viewer: Parameters<TestSubgraph["entities"]>[0], ...ids: string[]) =>
  service.entities(
    viewer,
    ids.map((id) => ({ __typename: "Enrolment", id })),
    "... on Enrolment { contact { lastFromSchoolAt lastFromHubAt schoolWaitsSince medianAnswerMinutes } }",
  );

const at = (minute: number) => new Date(START + minute * 60_000).toISOString();

test("a hub sees when both sides last wrote, who waits, and after how long it answers by the middle of its answers", async () => {
  for (const viewer of [lena, mina, programmeTeam()]) {
    const { data } = await ask(viewer, talked, silent);
    expect(data._entities).toEqual([
      {
        contact: {
          lastFromSchoolAt: at(1_005),
          lastFromHubAt: at(110),
          schoolWaitsSince: at(1_000),
          // 30 minutes for the two that came together, 10 for the other.
          medianAnswerMinutes: 20,
        },
      },
      { contact: { lastFromSchoolAt: null, lastFromHubAt: null, schoolWaitsSince: null, medianAnswerMinutes: null } },
    ]);
  }
});

test("many schools cost one statement", async () => {
  const ids = [talked, silent, ...(await Promise.all([1, 2, 3].map(async () => enrolmentOf(await converse(service)))))];
  const counted = async (...some: string[]) => {
    service.statements.length = 0;
    await ask(programmeTeam(), ...some);
    return service.statements.length;
  };
  expect(await counted(talked)).toBe(1);
  expect(await counted(...ids)).toBe(1);
});

test("nobody else sees it: not the school, not another hub, none of the other roles", async () => {
  const others = Object.entries(everyRole).filter(([role]) => role !== "programmeTeam");
  for (const [, viewer] of [...others, ["sam", sam] as const, ["other", hubLeader("hub_other")] as const]) {
    expect((await ask(viewer, talked)).data._entities).toEqual([{ contact: null }]);
  }
});
