import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

let now = new Date("2026-11-12T09:00:00Z");
let service: TestSubgraph;
let years: ReturnType<typeof activeYears>;
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => now });
  years = activeYears(service);
});
afterAll(() => service.close());

const hq = programmeTeam();
type Answer = Awaited<ReturnType<TestSubgraph["query"]>>;
const code = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;
const leaderOf = ({ hubId, leaderId }: ActiveYear) => hubLeader(hubId, leaderId);

const extend = (viewer: Viewer, enrolmentId: string, parts: object = {}) =>
  service.query(
    viewer,
    `mutation ($input: ExtendMilestoneInput!) { extendMilestone(input: $input) {
       extensions { audience key until reason by { id } } milestones(audience: SCHOOL) { key state until dueBy } } }`,
    {
      input: {
        enrolmentId,
        audience: "SCHOOL",
        key: "TARGET_MARK",
        until: "2026-11-28",
        reason: "Long illness.",
        ...parts,
      },
    },
  );

const lateOf = async ({ hubId }: ActiveYear): Promise<string[]> => {
  const { data } = await service.query(hq, "query ($id: ID!) { hubBoard(hubId: $id) { nodes { late { key } } } }", {
    id: hubId,
  });
  return data.hubBoard.nodes[0].late.map(({ key }: { key: string }) => key).sort();
};

test("a hub leader extends a soft deadline of one school; its lists and boards follow, the programme's too", async () => {
  const year = await years.anActiveYear();
  expect(await lateOf(year)).toEqual(["SESSION_1", "TARGET_MARK"]);
  const { data, errors } = await extend(leaderOf(year), year.enrolmentId);
  expect(errors).toBeUndefined();
  expect(data.extendMilestone.extensions).toEqual([
    { audience: "SCHOOL", key: "TARGET_MARK", until: "2026-11-28", reason: "Long illness.", by: { id: year.leaderId } },
  ]);
  // 28 November 2026 is a Saturday.
  expect(data.extendMilestone.milestones.find(({ key }: { key: string }) => key === "TARGET_MARK")).toEqual({
    key: "TARGET_MARK",
    state: "DUE",
    until: "2026-11-28",
    dueBy: "2026-11-30",
  });
  expect(await lateOf(year)).toEqual(["SESSION_1"]);
  const mine = await service.query(
    subjectLeader(year.schoolId),
    "{ myMilestones(first: 100, states: [LATE]) { nodes { key } } }",
  );
  expect(mine.data.myMilestones.nodes).toEqual([{ key: "SESSION_1" }]);
  await extend(leaderOf(year), year.enrolmentId, { key: "SESSION_1", until: "2026-11-29" });
  const late = async () => {
    const { data: board } = await service.query(
      hq,
      "{ hubStandings(first: 100) { nodes { hub { id } lateSchools } } }",
    );
    return board.hubStandings.nodes.find(({ hub }: { hub: { id: string } }) => hub.id === year.hubId).lateSchools;
  };
  expect(await late()).toBe(0);
  now = new Date("2026-11-30T23:00:00Z");
  expect(await late()).toBe(0);
  now = new Date("2026-12-01T09:00:00Z");
  expect(await late()).toBe(1);
  now = new Date("2026-11-12T09:00:00Z");
});

test("a hard deadline is the programme team's to extend, and what cannot be is refused by name", async () => {
  const year = await years.anActiveYear();
  const lena = leaderOf(year);
  const submission = { key: "SUBMISSION", until: "2027-07-15" };
  expect(code(await extend(lena, year.enrolmentId, submission))).toBe("HARD_DEADLINE");
  expect(code(await extend(hq, year.enrolmentId, submission))).toBeUndefined();
  expect(code(await extend(lena, year.enrolmentId, { until: "2026-10-31" }))).toBe("NOT_A_LATER_DAY");
  expect(code(await extend(lena, year.enrolmentId, { key: "INVITATION" }))).toBe("NO_SUCH_MILESTONE");
  expect(code(await extend(lena, year.enrolmentId, { reason: " " }))).toBe("BAD_USER_INPUT");
  expect(code(await extend(lena, "enr_none"))).toBe("NOT_FOUND");
  expect(code(await extend(hubLeader("hub_other"), year.enrolmentId))).toBe("NOT_FOUND");
  expect(code(await extend(mentor(year.hubId), year.enrolmentId))).toBe("FORBIDDEN");
  expect(code(await extend(headTeacher(year.schoolId), year.enrolmentId))).toBe("FORBIDDEN");
});

const move = (viewer: Viewer, roundId: string, parts: object = {}) =>
  service.query(
    viewer,
    "mutation ($input: MoveMilestoneInput!) { moveMilestone(input: $input) { startsOn submissionDueOn notifiesOn milestones { audience key from until source } } }",
    {
      input: {
        roundId,
        audience: "SCHOOL",
        key: "TARGET_MARK",
        from: "2026-10-01",
        until: "2026-11-30",
        reason: "Half term was late.",
        ...parts,
      },
    },
  );

const whatIf = (roundId: string, parts: object = {}) =>
  service.query(
    hq,
    `query ($roundId: ID!, $audience: CalendarAudience!, $key: MilestoneKind!, $from: Day!, $until: Day!) {
       ifMilestoneMoved(roundId: $roundId, audience: $audience, key: $key, from: $from, until: $until) {
         count newlyLate noLongerLate affected { enrolment { id } before { until state } after { until state } }
         sessionsOutside { unit startsAt } } }`,
    { roundId, audience: "SCHOOL", key: "TARGET_MARK", from: "2026-10-01", until: "2026-11-30", ...parts },
  );

test("who would be affected is told before anything is moved, and then it comes true", async () => {
  const year = await years.anActiveYear();
  const { roundId } = year;
  const done = await years.anActiveYear({ roundId });
  const fact = { enrolmentId: done.enrolmentId };
  await service.deliver("assessment", "target-mark.agreed", done.enrolmentId, fact);
  const { data, errors } = await whatIf(roundId);
  expect(errors).toBeUndefined();
  expect(data.ifMilestoneMoved).toEqual({
    count: 1,
    newlyLate: 0,
    noLongerLate: 1,
    affected: [
      {
        enrolment: { id: year.enrolmentId },
        before: { until: "2026-10-31", state: "LATE" },
        after: { until: "2026-11-30", state: "DUE" },
      },
    ],
    sessionsOutside: [],
  });
  expect(await lateOf(year)).toContain("TARGET_MARK");
  const moved = await move(hq, roundId);
  expect(moved.data.moveMilestone.milestones).toContainEqual({
    audience: "SCHOOL",
    key: "TARGET_MARK",
    from: "2026-10-01",
    until: "2026-11-30",
    source: expect.stringMatching(/^Moved by the programme team: Half term was late\. Before: 001, /),
  });
  expect(await lateOf(year)).not.toContain("TARGET_MARK");
  expect((await whatIf(roundId)).data.ifMilestoneMoved.count).toBe(0);
  expect((await whatIf(roundId, { until: "2026-10-15" })).data.ifMilestoneMoved).toMatchObject({ newlyLate: 1 });
});

test("sessions that would fall out of their unit's days are told, make-ups are not", async () => {
  const year = await years.anActiveYear();
  const plan = (startsAt: string, makeUp: boolean) =>
    service.query(leaderOf(year), "mutation ($input: PlanSessionInput!) { planSession(input: $input) { id } }", {
      input: { hubId: year.hubId, roundId: year.roundId, unit: 2, startsAt, place: "Hull", makeUp },
    });
  await plan("2026-11-27T10:00:00Z", false);
  await plan("2026-11-30T10:00:00Z", true);
  const hours = { key: "SESSION_2", from: "2026-11-01", until: "2026-11-20" };
  const both = { ...hours, audience: "HUB_LEADER" };
  await move(hq, year.roundId, hours);
  const { data } = await whatIf(year.roundId, both);
  expect(data.ifMilestoneMoved.sessionsOutside).toEqual([{ unit: 2, startsAt: "2026-11-27T10:00:00.000Z" }]);
});

test("the round's own dates follow its milestones, others hear them, and what cannot be is refused", async () => {
  const roundId = await years.aRound();
  const { data } = await move(hq, roundId, { key: "SUBMISSION", from: "2027-06-01", until: "2027-07-09" });
  expect(data.moveMilestone).toMatchObject({ submissionDueOn: "2027-07-09", notifiesOn: "2027-09-30" });
  expect((await service.emitted("round.moved")).at(-1)?.payload).toEqual({
    roundId,
    startsOn: "2026-09-01",
    submissionDueOn: "2027-07-09",
    notifiesOn: "2027-09-30",
  });
  const late = { key: "SUBMISSION", from: "2027-06-01", until: "2027-10-01" };
  expect(code(await move(hq, roundId, late))).toBe("OUT_OF_ORDER");
  expect(code(await whatIf(roundId, late))).toBe("OUT_OF_ORDER");
  expect(code(await move(hq, roundId, { from: "2026-12-01" }))).toBe("BAD_USER_INPUT");
  expect(code(await move(hq, roundId, { key: "REVIEW" }))).toBe("NO_SUCH_MILESTONE");
  expect(code(await move(hq, roundId, { reason: "" }))).toBe("BAD_USER_INPUT");
  expect(code(await move(hq, "rnd_none"))).toBe("NOT_FOUND");
  expect(code(await whatIf("rnd_none"))).toBe("NOT_FOUND");
  expect(code(await move(hubLeader("hub_one"), roundId))).toBe("FORBIDDEN");
});
