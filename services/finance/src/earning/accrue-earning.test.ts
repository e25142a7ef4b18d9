import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { finance } from "../service.ts";
import { Earning } from "./earning.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(finance);
});
afterAll(() => service.close());

const submitted = (enrolmentId: string) =>
  service.deliver("assessment", "submission.submitted", enrolmentId, {
    submissionId: newId("sub"),
    enrolmentId,
    schoolId: "sch_wolds",
    hubId: "hub_humber",
    hubLeaderId: "per_lena",
    mark: "PSQM",
    submittedAt: "2027-06-30T16:00:00.000Z",
    payRates: "pay-s1",
  });
const reviewed = (enrolmentId: string, reviewId = newId("rev")) =>
  service.deliver("assessment", "review.completed", enrolmentId, {
    reviewId,
    submissionId: "sub_1",
    enrolmentId,
    reviewerId: "per_rafael",
    hubId: "hub_humber",
    payRates: "pay-s1",
    completedAt: "2027-07-15T10:30:00.000Z",
  });
const earned = (enrolmentId: string) =>
  service.database.em.fork().find(Earning, { enrolmentId }, { orderBy: { id: "asc" } });

test("a submission earns its hub leader £350, a review its reviewer £50, each with its rule, and both are told", async () => {
  await submitted("enr_1");
  await reviewed("enr_1");
  const provenance = { rule: "pay-rates", version: "pay-s1", citation: expect.stringMatching(/^001, /) };
  expect(await earned("enr_1")).toMatchObject([
    {
      personId: "per_lena",
      kind: "HUB_SCHOOL",
      amountPence: 35_000,
      accruedAt: new Date("2027-06-30T16:00:00Z"),
      ...provenance,
    },
    {
      personId: "per_rafael",
      kind: "REVIEW",
      amountPence: 5_000,
      accruedAt: new Date("2027-07-15T10:30:00Z"),
      ...provenance,
    },
  ]);
  expect((await service.emitted("earning.accrued")).map(({ payload }) => payload)).toMatchObject([
    { personId: "per_lena", kind: "HUB_SCHOOL", amountPence: 35_000, enrolmentId: "enr_1" },
    { personId: "per_rafael", kind: "REVIEW", amountPence: 5_000, enrolmentId: "enr_1" },
  ]);
});

test("a school that submits again earns its hub leader nothing more, nor does a review that is told again", async () => {
  await submitted("enr_2");
  await submitted("enr_2");
  await reviewed("enr_2", "rev_2");
  await reviewed("enr_2", "rev_2");
  expect(await earned("enr_2")).toHaveLength(2);
});

test("every review of a submission is paid for", async () => {
  await reviewed("enr_3");
  await reviewed("enr_3");
  expect((await earned("enr_3")).map(({ amountPence }) => amountPence)).toEqual([5_000, 5_000]);
});

test("the table itself refuses to pay one piece of work twice", async () => {
  const em = service.database.em.fork();
  const row = `select 'ear_x', person_id, kind, source_id, enrolment_id, amount_pence, rule, version, citation, accrued_at from earning limit 1`;
  await expect(em.execute(`insert into earning ${row}`)).rejects.toThrow("earning_once_per_source");
});
