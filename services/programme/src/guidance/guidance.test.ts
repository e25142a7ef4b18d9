import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { activeYears } from "../testing/active-year.ts";
import { GuidanceAudience, guidanceOn, guidances } from "./guidance.rules.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());

test("document 002, What will SLT do?: two discussions, 2 days, 3 staff meetings, a day per term, 3 days for writing", () => {
  const slt = guidanceOn("2026-09-01").roles.find(({ audience }) => audience === GuidanceAudience.SeniorLeadership);
  expect(slt?.tasks.flatMap(({ time }) => time ?? [])).toEqual([
    "two discussions",
    "equivalent 2 days",
    "recommended 3 sessions during year",
    "recommended one day per term",
    "recommended 3 days total",
  ]);
});

test("document 002, What does PSQM cost?: £925, £625 under 100 pupils; 6 sessions of 12 hours, 1 year, 2 years, 3 years", () => {
  const { price, includes, extras } = guidanceOn("2026-09-01").cost;
  expect(price).toBe("£925 (reduced to £625 for schools with fewer than 100 pupils)");
  for (const part of [/^6 .*totalling 12 hours/, /^1 year online mentoring/, /^2 years' access/, /valid for 3 years/]) {
    expect(includes).toContainEqual(expect.stringMatching(part));
  }
  expect(extras).toContainEqual(expect.stringMatching(/^20 % off/));
});

test("document 001, The bottom line and the roles: £750, two days, two meetings, two reviews", () => {
  const { cost, roles } = guidanceOn("2022-08-31");
  expect(cost.price).toBe("£750 per school (less for very small schools)");
  const leader = roles.find(({ audience }) => audience === GuidanceAudience.HubLeader);
  expect(leader?.tasks.flatMap(({ time }) => time ?? [])).toEqual([
    "minimum of two days per hub per year",
    "nominally 2 meetings per year",
    "minimum 2",
  ]);
});

test("document 002 tells everyone what they do, and all three marks whom they suit", () => {
  const { roles, marks } = guidanceOn("2026-09-01");
  expect(roles.map(({ audience }) => audience).sort()).toEqual(Object.values(GuidanceAudience).sort());
  expect(marks.map(({ mark }) => mark)).toEqual(["PSQM", "PSQM_GILT", "PSQM_OUTREACH"]);
});

test("each day has one version, and every word of it a source", () => {
  for (const day of ["2010-01-01", "2022-08-31", "2022-09-01", "2040-01-01"]) {
    const inForce = guidances.filter(
      ({ validFrom, validUntil }) => (validFrom ?? day) <= day && day <= (validUntil ?? day),
    );
    expect(inForce).toEqual([guidanceOn(day)]);
  }
  for (const { roles, marks, cost } of guidances) {
    for (const { citation } of [...roles, ...marks, cost]) expect(citation).toMatch(/^00[12], "/);
  }
});

test("everybody reads it for a day, and a school for its own round", async () => {
  const ask = (day: string) =>
    service.query(
      anonymous,
      "query ($on: Day) { guidance(on: $on) { version roles(audience: CHILDREN) { title tasks { text } } } }",
      {
        on: day,
      },
    );
  expect((await ask("2026-09-01")).data.guidance).toMatchObject({
    version: "guidance-s2",
    roles: [{ title: "What will children do?" }],
  });
  expect((await ask("2022-01-01")).data.guidance).toEqual({ version: "guidance-s1", roles: [] });
  const year = await activeYears(service).anActiveYear();
  const { data, errors } = await service.query(
    headTeacher(year.schoolId),
    "query ($id: ID!) { enrolment(id: $id) { round { guidance { version cost { price } roles(audience: SENIOR_LEADERSHIP) { tasks { time } } } } } }",
    { id: year.enrolmentId },
  );
  expect(errors).toBeUndefined();
  expect(data.enrolment.round.guidance.roles[0].tasks).toHaveLength(8);
});
