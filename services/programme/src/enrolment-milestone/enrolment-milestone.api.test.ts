import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

let now = new Date("2026-11-03T09:00:00Z");
let service: TestSubgraph;
let year: ActiveYear;
let steps: ReturnType<typeof activeYears>;
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => now });
  steps = activeYears(service);
  year = await steps.anActiveYear();
});
afterAll(() => service.close());

type Row = { name: string; audience: string; state: string; enrolment: { id: string } };

const mine = (viewer: ReturnType<typeof subjectLeader>, args = "first: 100") =>
  service.query(
    viewer,
    `{ myMilestones(${args}) { nodes { name audience state until dueBy doneOn note enrolment { id } } pageInfo { hasNextPage endCursor } } }`,
  );

const tell = (type: string, enrolmentId: string, payload: object = {}) =>
  service.deliver("assessment", type, enrolmentId, {
    enrolmentId,
    submissionId: "sub_1",
    awardId: "awd_1",
    ...payload,
  });

test("each side sees its own calendar of a school, and the programme team has no list of its own", async () => {
  const school = (await mine(subjectLeader(year.schoolId))).data.myMilestones.nodes as Row[];
  expect(school).toHaveLength(11);
  expect(new Set(school.map(({ audience }) => audience))).toEqual(new Set(["SCHOOL"]));
  expect(school.every(({ enrolment }) => enrolment.id === year.enrolmentId)).toBe(true);
  expect((await mine(secondParticipant(year.schoolId))).data.myMilestones.nodes).toEqual(school);
  const leader = (await mine(hubLeader(year.hubId))).data.myMilestones.nodes as Row[];
  expect(leader).toHaveLength(11);
  expect(new Set(leader.map(({ audience }) => audience))).toEqual(new Set(["HUB_LEADER"]));
  expect((await mine(mentor(year.hubId))).data.myMilestones.nodes).toEqual(leader);
  expect((await mine(programmeTeam())).data.myMilestones.nodes).toEqual([]);
  expect((await mine(subjectLeader("sch_other"))).data.myMilestones.nodes).toEqual([]);
});

test("who is on both sides has both calendars", async () => {
  const both = { ...subjectLeader(year.schoolId), hubsLed: [year.hubId] };
  expect((await mine(both)).data.myMilestones.nodes).toHaveLength(22);
});

test("the list goes by last day and page by page, and can be limited to what presses", async () => {
  const viewer = subjectLeader(year.schoolId);
  const first = (await mine(viewer, "first: 6")).data.myMilestones;
  expect(first.pageInfo.hasNextPage).toBe(true);
  const rest = (await mine(viewer, `first: 6, after: "${first.pageInfo.endCursor}"`)).data.myMilestones;
  expect(rest.pageInfo.hasNextPage).toBe(false);
  const untils = [...first.nodes, ...rest.nodes].map(({ until }: { until: string }) => until);
  expect(untils).toEqual([...untils].sort());
  expect(untils).toHaveLength(11);
  const pressing = (await mine(viewer, "states: [DUE, LATE]")).data.myMilestones.nodes;
  expect(pressing.map(({ name, state }: Row) => [name, state])).toEqual([
    ["Day 1 / Session 1 training", "LATE"],
    ["Decide on the target mark", "LATE"],
    ["Complete the action plan and upload it", "DUE"],
    ["Session 2 training", "DUE"],
  ]);
  for (const args of ["first: 0", 'first: 5, after: "nonsense"']) {
    expect((await mine(viewer, args)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  }
});

test("what assessment tells closes the rows of both sides, on its day, once", async () => {
  const { enrolmentId } = await steps.anActiveYear();
  const doneOn = async (name: string) => {
    const { data } = await service.query(
      programmeTeam(),
      "query ($id: ID!) { enrolment(id: $id) { milestones { audience name state doneOn } } }",
      { id: enrolmentId },
    );
    return data.enrolment.milestones
      .filter((row: Row & { doneOn: string }) => row.name === name && row.state === "DONE")
      .map((row: { doneOn: string }) => row.doneOn);
  };
  // Half past midnight of 1 July in London is still 30 June in UTC.
  await tell("target-mark.agreed", enrolmentId, { mark: "PSQM" });
  now = new Date("2027-06-30T23:30:00Z");
  await tell("target-mark.agreed", enrolmentId, { mark: "PSQM" });
  await tell("submission.submitted", enrolmentId);
  await tell("submission.review-started", enrolmentId);
  await tell("award.made", enrolmentId);
  expect(await doneOn("Decide on the target mark")).toEqual(["2026-11-03"]);
  expect(await doneOn("Assign target marks")).toEqual(["2026-11-03"]);
  expect(await doneOn("Submit reflections with supporting evidence")).toEqual(["2027-07-01"]);
  expect(await doneOn("Finalise submissions")).toEqual(["2027-07-01"]);
  expect(await doneOn("Award notification")).toEqual(["2027-07-01"]);
  now = new Date("2026-11-03T09:00:00Z");
});

test("an enrolment's milestones can be limited to one side, and end when the school leaves", async () => {
  const { enrolmentId, schoolId } = await steps.anActiveYear();
  const ask = () =>
    service.query(
      subjectLeader(schoolId),
      "query ($id: ID!) { enrolment(id: $id) { milestones(audience: HUB_LEADER) { audience } } }",
      { id: enrolmentId },
    );
  expect((await ask()).data.enrolment.milestones).toHaveLength(11);
  await service.query(
    programmeTeam(),
    "mutation ($input: WithdrawEnrolmentInput!) { withdrawEnrolment(input: $input) { id } }",
    { input: { enrolmentId, reason: "Left." } },
  );
  expect((await ask()).data.enrolment.milestones).toEqual([]);
  expect((await mine(subjectLeader(schoolId))).data.myMilestones.nodes).toEqual([]);
});

test("a list of many schools costs as many statements as a list of one", async () => {
  const hubId = await steps.aHub(8);
  const roundId = await steps.aRound();
  const cost = async () => {
    service.statements.length = 0;
    const { data } = await mine(hubLeader(hubId));
    return [data.myMilestones.nodes.length, service.statements.length];
  };
  await steps.anActiveYear({ hubId, roundId });
  const [one, statements] = await cost();
  for (let at = 0; at < 4; at += 1) await steps.anActiveYear({ hubId, roundId });
  expect(one).toBe(11);
  expect(await cost()).toEqual([55, statements]);
});
