import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

let service: TestSubgraph;
let steps: ReturnType<typeof activeYears>;
let year: ActiveYear;
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => new Date("2026-10-01T09:00:00Z") });
  steps = activeYears(service);
  year = await steps.anActiveYear();
});
afterAll(() => service.close());

const log = (viewer: Viewer, parts: object = {}) =>
  service.query(
    viewer,
    `mutation ($input: LogMentoringInput!) { logMentoring(input: $input) {
      id mentoring { minutesUsed minutesLimit warning entries { mentor { id } channel minutes on } }
    } }`,
    { input: { enrolmentId: year.enrolmentId, channel: "PHONE", minutes: 45, on: "2026-10-01", ...parts } },
  );
const code = ({ errors }: Awaited<ReturnType<typeof log>>) => errors?.[0]?.extensions.code;
const entitlements = async (id: string, at = "") =>
  (
    await service.query(
      programmeTeam(),
      `query ($id: ID!) { enrolment(id: $id) { entitlements${at} { kind state from until note citation } } }`,
      { id },
    )
  ).data.enrolment.entitlements;

test("mentoring adds up by channel and mentor, warns near and over its 4 hours, and refuses nothing for it", async () => {
  const first = (await log(mentor(year.hubId, "per_mina"))).data.logMentoring;
  expect(first).toEqual({
    id: year.enrolmentId,
    mentoring: {
      minutesUsed: 45,
      minutesLimit: 240,
      warning: null,
      entries: [{ mentor: { id: "per_mina" }, channel: "PHONE", minutes: 45, on: "2026-10-01" }],
    },
  });
  const near = (await log(hubLeader(year.hubId), { channel: "FACE_TO_FACE", minutes: 180 })).data.logMentoring;
  expect(near.mentoring).toMatchObject({ minutesUsed: 225, warning: expect.stringContaining("15 are left") });
  const over = (await log(hubLeader(year.hubId), { channel: "PORTAL", minutes: 20 })).data.logMentoring;
  expect(over.mentoring).toMatchObject({ minutesUsed: 245, warning: expect.stringContaining("5 more than") });
});

test("from a conversation the minutes are enough: by messages, today", async () => {
  const other = await steps.anActiveYear();
  const { data } = await service.query(
    hubLeader(other.hubId),
    `mutation ($input: LogMentoringInput!) { logMentoring(input: $input) { mentoring { entries { channel minutes on } } } }`,
    { input: { enrolmentId: other.enrolmentId, minutes: 15 } },
  );
  expect(data.logMentoring.mentoring.entries).toEqual([{ channel: "PORTAL", minutes: 15, on: "2026-10-01" }]);
});

test("only the hub's own people log, on days that have been, while the school is mentored", async () => {
  expect(code(await log(hubLeader("hub_other")))).toBe("NOT_FOUND");
  expect(code(await log(programmeTeam()))).toBe("FORBIDDEN");
  expect(code(await log(subjectLeader(year.schoolId)))).toBe("FORBIDDEN");
  const headElsewhere = { ...hubLeader("hub_other"), schools: headTeacher(year.schoolId).schools };
  expect(code(await log(headElsewhere))).toBe("FORBIDDEN");
  expect(code(await log(hubLeader(year.hubId), { on: "2026-10-02" }))).toBe("BAD_USER_INPUT");
  expect(code(await log(hubLeader(year.hubId), { minutes: 0 }))).toBe("BAD_USER_INPUT");
  expect(code(await log(hubLeader(year.hubId), { on: "2026-09-30" }))).toBe("MENTORING_NOT_RUNNING");
});

test("entitlements are told for any day, an award carries them on, and leaving ends them", async () => {
  const { enrolmentId } = await steps.anActiveYear();
  const states = async (at = "") => (await entitlements(enrolmentId, at)).map(({ state }: { state: string }) => state);
  expect(await states()).toEqual(["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE"]);
  expect(await states('(at: "2026-09-30")')).toEqual(["NOT_YET", "NOT_YET", "NOT_YET", "NOT_YET"]);
  expect(await states('(at: "2028-01-01")')).toEqual(["EXPIRED", "ACTIVE", "EXPIRED", "EXPIRED"]);
  for (const type of ["submission.submitted", "submission.review-started"]) {
    await service.deliver("assessment", type, enrolmentId, { enrolmentId, submissionId: "sub_1" });
  }
  await service.deliver("assessment", "award.made", enrolmentId, {
    enrolmentId,
    awardId: "awd_1",
    validUntil: "2030-09-30",
  });
  expect(await states('(at: "2030-09-30")')).toEqual(["EXPIRED", "EXPIRED", "ACTIVE", "ACTIVE"]);
  expect(await states('(at: "2030-10-01")')).toEqual(["EXPIRED", "EXPIRED", "EXPIRED", "EXPIRED"]);

  const leaving = await steps.anActiveYear();
  await service.query(
    programmeTeam(),
    "mutation ($input: WithdrawEnrolmentInput!) { withdrawEnrolment(input: $input) { id } }",
    { input: { enrolmentId: leaving.enrolmentId, reason: "Left." } },
  );
  expect(new Set((await entitlements(leaving.enrolmentId)).map(({ until }: { until: string }) => until))).toEqual(
    new Set(["2026-10-01"]),
  );
});

test("entitlements and mentoring of many cost as many statements as of one", async () => {
  const hubId = await steps.aHub(8);
  const roundId = await steps.aRound();
  const cost = async () => {
    service.statements.length = 0;
    const { data } = await service.query(
      hubLeader(hubId),
      "{ enrolments(first: 50) { nodes { entitlements { state } mentoring { minutesUsed } } } }",
    );
    return [data.enrolments.nodes.length, service.statements.length];
  };
  await steps.anActiveYear({ hubId, roundId });
  const [one, statements] = await cost();
  for (let times = 0; times < 3; times += 1) await steps.anActiveYear({ hubId, roundId });
  expect(one).toBe(1);
  expect(await cost()).toEqual([4, statements]);
});
