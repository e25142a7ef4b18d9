import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { Mark, requiredCriteria } from "./framework/framework.rules.ts";
import { frameworkS2 } from "./framework/framework-s2.rules.ts";
import { assessment } from "./service.ts";
import { confirmedSchool } from "./testing/thin-year.ts";

let service: TestSubgraph;
// Half past eleven at night in London is already the next day there: awards are dated in London.
let now = new Date("2026-09-01T09:00:00Z");
beforeAll(async () => {
  service = await startTestSubgraph(assessment, { clock: () => now });
});
afterAll(() => service.close());

async function ask(viewer: Viewer, document: string, variables?: Record<string, unknown>) {
  const { data, errors } = await service.query(viewer, document, variables);
  expect(errors).toBeUndefined();
  return data;
}

test("a school's year from confirmation to award, as its people see it, with everything told to the other services", async () => {
  const { enrolmentId, schoolId, hubId, sam, tess, harriet, lena, rafael, rafaelId, hq } =
    await confirmedSchool(service);
  const byEnrolment = `query ($enrolmentId: ID!) { assessment(enrolmentId: $enrolmentId) {
    id state targetMark targetMarkState missingCriteria signedOffAt withdrawnOn
    enrolment { id } school { id } reflections { criterion } signedOffBy { id } submission { id } award { id }
    framework { version aims { code criteria { code } } }
  } }`;
  const { assessment: opened } = await ask(harriet, byEnrolment, { enrolmentId });
  expect(opened).toMatchObject({
    state: "OPEN",
    targetMark: null,
    targetMarkState: null,
    missingCriteria: null,
    enrolment: { id: enrolmentId },
    school: { id: schoolId },
    reflections: [],
    submission: null,
    award: null,
    framework: { version: "framework-s2" },
  });

  const propose =
    "mutation ($input: ProposeTargetMarkInput!) { proposeTargetMark(input: $input) { id targetMark targetMarkState missingCriteria } }";
  const proposed = await ask(sam, propose, { input: { enrolmentId, mark: "PSQM_OUTREACH" } });
  expect(proposed.proposeTargetMark).toEqual({
    id: opened.id,
    targetMark: "PSQM_OUTREACH",
    targetMarkState: "PROPOSED",
    missingCriteria: requiredCriteria(frameworkS2, Mark.Outreach),
  });
  const agree = "mutation ($input: AgreeTargetMarkInput!) { agreeTargetMark(input: $input) { state targetMarkState } }";
  expect((await ask(lena, agree, { input: { enrolmentId, mark: "PSQM_OUTREACH" } })).agreeTargetMark).toEqual({
    state: "TARGET_AGREED",
    targetMarkState: "AGREED",
  });

  const write =
    "mutation ($input: WriteReflectionInput!) { writeReflection(input: $input) { id criterion text version updatedAt } }";
  const codes = [...requiredCriteria(frameworkS2, Mark.Gilt), "PD", "WIDER"];
  for (const [index, criterion] of codes.entries()) {
    const input = { enrolmentId, criterion, text: `  About ${criterion}. `, version: 0 };
    const { writeReflection } = await ask(index % 2 ? tess : sam, write, { input });
    expect(writeReflection).toMatchObject({ criterion, text: `About ${criterion}.`, version: 1 });
  }
  const changed = await ask(tess, write, { input: { enrolmentId, criterion: "SL-A", text: "Better.", version: 1 } });
  expect(changed.writeReflection).toMatchObject({ text: "Better.", version: 2, updatedAt: "2026-09-01T09:00:00.000Z" });

  const signed = await ask(
    lena,
    "mutation ($id: ID!) { signOff(enrolmentId: $id) { state missingCriteria signedOffAt signedOffBy { id } } }",
    { id: enrolmentId },
  );
  expect(signed.signOff).toEqual({
    state: "SIGNED_OFF",
    missingCriteria: [],
    signedOffAt: "2026-09-01T09:00:00.000Z",
    signedOffBy: { id: "per_leader" },
  });

  const { submit } = await ask(
    sam,
    "mutation ($id: ID!) { submit(enrolmentId: $id) { id mark state submittedAt assessment { state } reflections { criterion text } } }",
    { id: enrolmentId },
  );
  expect(submit).toMatchObject({ mark: "PSQM_OUTREACH", state: "SUBMITTED", assessment: { state: "SUBMITTED" } });
  expect(submit.reflections).toHaveLength(13);
  expect(submit.reflections).toContainEqual({ criterion: "SL-A", text: "Better." });

  const assign =
    "mutation ($input: AssignReviewerInput!) { assignReviewer(input: $input) { id reviewer { id } completedAt } }";
  const assigned = await ask(hq, assign, { input: { submissionId: submit.id, reviewerId: rafaelId } });
  expect(assigned.assignReviewer).toMatchObject({ reviewer: { id: rafaelId }, completedAt: null });
  const waiting = "{ submissionsToReview { nodes { id state school { id } assessment { id } reflections { text } } } }";
  expect((await ask(rafael, waiting)).submissionsToReview.nodes).toEqual([
    {
      id: submit.id,
      state: "IN_REVIEW",
      school: { id: schoolId },
      assessment: null,
      reflections: submit.reflections.map(({ text }: { text: string }) => ({ text })),
    },
  ]);
  const complete =
    "mutation ($input: CompleteReviewInput!) { completeReview(input: $input) { id recommendation comment completedAt reviewer { id } } }";
  const { completeReview } = await ask(rafael, complete, {
    input: { submissionId: submit.id, recommendation: "PSQM_GILT", comment: " Strong at home. " },
  });
  expect(completeReview).toEqual({
    id: assigned.assignReviewer.id,
    recommendation: "PSQM_GILT",
    comment: "Strong at home.",
    completedAt: "2026-09-01T09:00:00.000Z",
    reviewer: { id: rafaelId },
  });
  expect((await ask(rafael, waiting)).submissionsToReview.nodes).toEqual([]);

  now = new Date("2027-09-14T23:30:00Z");
  const decide = `mutation ($input: DecideAwardInput!) { decideAward(input: $input) {
    id state decision { mark feedback decidedAt } award { id mark awardedOn validUntil schoolName urn localAuthority school { id } }
  } }`;
  const { decideAward } = await ask(hq, decide, {
    input: { submissionId: submit.id, mark: "PSQM_GILT", feedback: "Well done." },
  });
  expect(decideAward).toEqual({
    id: submit.id,
    state: "DECIDED",
    decision: { mark: "PSQM_GILT", feedback: "Well done.", decidedAt: "2027-09-14T23:30:00.000Z" },
    award: {
      id: expect.stringMatching(/^awd_/),
      mark: "PSQM_GILT",
      awardedOn: "2027-09-15",
      validUntil: "2030-09-15",
      schoolName: "Wolds Edge Primary School",
      urn: "117900",
      localAuthority: "East Riding of Yorkshire",
      school: { id: schoolId },
    },
  });
  const leadsOn = "{ awards(first: 1) { nodes { school { id } } } }";
  expect((await ask(anonymous, leadsOn)).awards.nodes).toEqual([{ school: null }]);
  const register = "{ awards(first: 1) { nodes { id schoolName mark } pageInfo { hasNextPage } } }";
  expect((await ask(anonymous, register)).awards.nodes).toEqual([
    { id: decideAward.award.id, schoolName: "Wolds Edge Primary School", mark: "PSQM_GILT" },
  ]);

  const told = (await service.emitted()).filter(({ aggregate }) => aggregate === enrolmentId);
  const ids = { submissionId: submit.id, enrolmentId };
  expect(told.map(({ type, payload }) => [type, payload])).toEqual([
    ["target-mark.agreed", { enrolmentId, mark: "PSQM_OUTREACH" }],
    [
      "submission.submitted",
      {
        ...ids,
        schoolId,
        hubId,
        hubLeaderId: "per_leader",
        mark: "PSQM_OUTREACH",
        submittedAt: "2026-09-01T09:00:00.000Z",
        payRates: "pay-s1",
      },
    ],
    ["submission.review-started", ids],
    [
      "review.completed",
      {
        ...ids,
        reviewId: completeReview.id,
        reviewerId: rafaelId,
        hubId,
        payRates: "pay-s1",
        completedAt: "2026-09-01T09:00:00.000Z",
      },
    ],
    [
      "award.made",
      {
        awardId: decideAward.award.id,
        enrolmentId,
        schoolId,
        mark: "PSQM_GILT",
        awardedOn: "2027-09-15",
        validUntil: "2030-09-15",
      },
    ],
  ]);
});

test("the framework is open to all, an unknown version is refused by its name", async () => {
  const { framework } = await ask(
    anonymous,
    "{ framework { version citation aims { code title criteria { code title description marks } } } }",
  );
  expect(framework.aims.map(({ code }: { code: string }) => code)).toEqual(["SL", "ST", "LE", "WO", "OUTREACH"]);
  expect(framework.aims[4].criteria[0]).toMatchObject({ code: "PD", marks: ["PSQM_OUTREACH"] });
  const { errors } = await service.query(anonymous, '{ framework(version: "framework-s9") { version } }');
  expect(errors?.[0]).toMatchObject({
    extensions: { code: "NOT_FOUND" },
    message: expect.stringContaining("framework-s9"),
  });
});
