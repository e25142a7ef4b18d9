import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { listParked } from "@psqm/events/parked";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader } from "@psqm/testing/viewers";
import { agreeTargetMark } from "./assessment/agree-target-mark.ts";
import { Assessment } from "./assessment/assessment.ts";
import { proposeTargetMark } from "./assessment/propose-target-mark.ts";
import { signOff } from "./assessment/sign-off.ts";
import { decideAward } from "./award/decide-award.ts";
import { Mark } from "./framework/framework.rules.ts";
import { ReflectionVersion } from "./reflection/reflection.ts";
import { writeReflection } from "./reflection/write-reflection.ts";
import { assignReviewer } from "./review/assign-reviewer.ts";
import { completeReview } from "./review/complete-review.ts";
import { assessment } from "./service.ts";
import { submit } from "./submission/submit.ts";
import { appoint, confirmedSchool, yearUntil } from "./testing/thin-year.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(assessment);
});
afterAll(() => service.close());

const refused = (code: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

test("a confirmation heard twice opens one assessment, one with an unknown framework none", async () => {
  const { enrolmentId } = await confirmedSchool(service);
  const payload = {
    schoolName: "A",
    urn: "1",
    localAuthority: null,
    schoolId: "sch",
    hubId: "hub",
    confirmedOn: "2026-09-01",
  };
  const rules = { framework: "framework-s2", payRates: "pay-s1" };
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, { ...payload, enrolmentId, rules });
  expect(await service.database.em.fork().count(Assessment, { enrolmentId })).toBe(1);
  expect(await listParked(service.database.em.fork())).toEqual([]);
  const unknown = { ...payload, enrolmentId: "enr_unknown_framework", rules: { ...rules, framework: "framework-s9" } };
  await service.deliver("programme", "enrolment.confirmed", unknown.enrolmentId, unknown);
  expect(await service.database.em.fork().count(Assessment, { enrolmentId: unknown.enrolmentId })).toBe(0);
  const parked = await listParked(service.database.em.fork());
  expect(parked).toMatchObject([{ aggregate: unknown.enrolmentId, reason: expect.stringContaining("framework-s9") }]);
});

test("the mark agreed to must be the one proposed, and an agreed target stays", async () => {
  const { enrolmentId, sam, lena } = await confirmedSchool(service);
  const agree = (mark: Mark) => agreeTargetMark(service.caller(lena), { enrolmentId, mark });
  const propose = (mark: Mark) => proposeTargetMark(service.caller(sam), { enrolmentId, mark });
  await expect(agree(Mark.Psqm)).rejects.toEqual(refused("MARK_NOT_PROPOSED", { proposed: null }));
  await propose(Mark.Psqm);
  await propose(Mark.Gilt);
  await expect(agree(Mark.Psqm)).rejects.toEqual(refused("MARK_NOT_PROPOSED", { proposed: "PSQM_GILT" }));
  await agree(Mark.Gilt);
  await expect(propose(Mark.Psqm)).rejects.toEqual(refused("ILLEGAL_TRANSITION", { from: "TARGET_AGREED" }));
  await expect(agree(Mark.Gilt)).rejects.toEqual(refused("ILLEGAL_TRANSITION"));
});

test("a stale reflection is refused with the current text, and every text is kept", async () => {
  const { enrolmentId, sam, tess } = await confirmedSchool(service);
  const write = (viewer: typeof sam, text: string, version: number, criterion = "SL-A") =>
    writeReflection(service.caller(viewer), { enrolmentId, criterion, text, version });
  await expect(write(sam, "early", 3)).rejects.toEqual(
    refused("STALE_VERSION", { current: { version: 0, criterion: "SL-A", id: null, text: "", updatedAt: null } }),
  );
  const { id } = await write(sam, "one", 0);
  await write(tess, "two", 1);
  const current = expect.objectContaining({ version: 2, id, text: "two", criterion: "SL-A" });
  await expect(write(sam, "mine", 1)).rejects.toEqual(refused("STALE_VERSION", { current }));
  await expect(write(sam, "mine", 0)).rejects.toEqual(refused("STALE_VERSION", { current }));
  await write(sam, "three", 2);
  const history = await service.database.em
    .fork()
    .find(ReflectionVersion, { reflectionId: id }, { orderBy: { version: 1 } });
  expect(history.map(({ version, text, writtenById }) => [version, text, writtenById])).toEqual([
    [1, "one", "per_subject"],
    [2, "two", "per_second"],
    [3, "three", "per_subject"],
  ]);
});

test("a reflection on no criterion, an empty one and an endless one are refused", async () => {
  const { enrolmentId, sam } = await confirmedSchool(service);
  const write = (criterion: string, text: string) =>
    writeReflection(service.caller(sam), { enrolmentId, criterion, text, version: 0 });
  await expect(write("SL-Z", "text")).rejects.toThrow(
    '"SL-Z" is no criterion of framework-s2. Its criteria are SL-A, SL-B',
  );
  await expect(write("SL-A", " \n ")).rejects.toEqual(refused("BAD_USER_INPUT"));
  await expect(write("SL-A", "x".repeat(10_001))).rejects.toThrow("10001");
});

test("sign-off names what is missing, and closes the reflections", async () => {
  const { enrolmentId, sam, lena } = await yearUntil(service, "agreed", Mark.Outreach);
  await expect(signOff(service.caller(lena), enrolmentId)).rejects.toEqual(
    refused("INCOMPLETE", { missing: expect.arrayContaining(["SL-A", "WO-B", "PD", "LOCAL or WIDER"]) }),
  );
  const done = await yearUntil(service, "signedOff");
  const late = writeReflection(service.caller(done.sam), {
    enrolmentId: done.enrolmentId,
    criterion: "SL-A",
    text: "late",
    version: 1,
  });
  await expect(late).rejects.toEqual(refused("REFLECTIONS_CLOSED"));
  await expect(signOff(service.caller(done.lena), done.enrolmentId)).rejects.toEqual(refused("ILLEGAL_TRANSITION"));
  await expect(submit(service.caller(sam), enrolmentId)).rejects.toEqual(
    refused("ILLEGAL_TRANSITION", { from: "TARGET_AGREED" }),
  );
});

test("what was submitted cannot be changed, by whichever statement", async () => {
  const { submissionId } = await yearUntil(service, "decided");
  const em = service.database.em.fork();
  for (const table of ["submission", "submitted_reflection", "decision"]) {
    const id = table === "submission" ? "id" : "submission_id";
    await expect(em.execute(`delete from ${table} where ${id} = ?`, [submissionId])).rejects.toThrow(
      "cannot be changed",
    );
    await expect(em.execute(`update ${table} set ${id} = ${id} where ${id} = ?`, [submissionId])).rejects.toThrow(
      "cannot be changed",
    );
    await expect(em.execute(`truncate ${table} cascade`)).rejects.toThrow(/permission denied/);
  }
});

test("a reviewer tied to the school or its hub is refused, with the reason, and nothing is begun", async () => {
  const { hq, submissionId, schoolId, hubId, lena, enrolmentId } = await yearUntil(service, "submitted");
  const assign = (reviewerId: string) => assignReviewer(service.caller(hq), { submissionId, reviewerId });
  await appoint(service, lena.personId ?? "", hubId);
  await appoint(service, "per_both", hubId, "MENTOR");
  await appoint(service, "per_both", "hub_else");
  await appoint(service, "per_teacher", "hub_else");
  const membership = { membershipId: "mem_teacher", schoolId, personId: "per_teacher", role: "HEAD_TEACHER" };
  await service.deliver("people", "school-membership.started", schoolId, { ...membership, on: "2020-09-01" });
  await service.deliver("people", "school-membership.ended", schoolId, { ...membership, on: "2025-07-31" });
  await appoint(service, "per_mentor_else", "hub_else", "MENTOR");
  await expect(assign("per_leader")).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "SAME_HUB" }));
  await expect(assign("per_both")).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "SAME_HUB" }));
  await expect(assign("per_teacher")).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "SCHOOL_MEMBER" }));
  await expect(assign("per_mentor_else")).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "NOT_A_HUB_LEADER" }));
  await expect(assign("per_unheard_of")).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "NOT_A_HUB_LEADER" }));
  const { state } = await service.database.em.fork().findOneOrFail(Assessment, { enrolmentId });
  expect(state).toBe("SUBMITTED");
  const told = await service.emitted("submission.review-started");
  expect(told.filter(({ aggregate }) => aggregate === enrolmentId)).toEqual([]);
});

test("a second reviewer may be asked, the same one not twice, and the review starts once", async () => {
  const { hq, submissionId, rafaelId, enrolmentId } = await yearUntil(service, "assigned");
  await appoint(service, "per_ruth", "hub_third");
  await assignReviewer(service.caller(hq), { submissionId, reviewerId: "per_ruth" });
  await expect(assignReviewer(service.caller(hq), { submissionId, reviewerId: rafaelId })).rejects.toEqual(
    refused("REVIEWER_ALREADY_ASSIGNED"),
  );
  const told = await service.emitted("submission.review-started");
  expect(told.filter(({ aggregate }) => aggregate === enrolmentId)).toHaveLength(1);
});

test("a review is given once, by its reviewer, who is still independent then", async () => {
  const year = await yearUntil(service, "assigned");
  const { submissionId, rafael, rafaelId, lena, schoolId } = year;
  const complete = (viewer: typeof rafael, comment = "Fine.") =>
    completeReview(service.caller(viewer), { submissionId, recommendation: null, comment });
  await expect(complete(lena)).rejects.toEqual(refused("FORBIDDEN"));
  await expect(complete(hubLeader("hub_else", "per_else"))).rejects.toEqual(refused("NOT_FOUND"));
  await expect(complete(rafael, "  ")).rejects.toEqual(refused("BAD_USER_INPUT"));
  const fact = { membershipId: "mem_new", schoolId, personId: rafaelId, role: "SECOND_PARTICIPANT", on: "2026-09-01" };
  const joined = await yearUntil(service, "assigned");
  await service.deliver("people", "school-membership.started", joined.schoolId, {
    ...fact,
    schoolId: joined.schoolId,
    personId: joined.rafaelId,
  });
  await expect(
    completeReview(service.caller(joined.rafael), {
      submissionId: joined.submissionId,
      recommendation: null,
      comment: "x",
    }),
  ).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "SCHOOL_MEMBER" }));
  await complete(rafael);
  await expect(complete(rafael)).rejects.toEqual(refused("REVIEW_ALREADY_COMPLETED"));
});

test("a reviewer whose appointment has ended cannot complete the review", async () => {
  const { submissionId, rafael, rafaelId } = await yearUntil(service, "assigned");
  const [held] = await service.database.em
    .fork()
    .execute<{ appointment_id: string; hub_id: string }[]>("select * from hub_appointment where person_id = ?", [
      rafaelId,
    ]);
  const fact = {
    appointmentId: held?.appointment_id,
    hubId: held?.hub_id,
    personId: rafaelId,
    role: "HUB_LEADER",
    on: "2026-09-01",
  };
  await service.deliver("people", "hub-appointment.ended", held?.hub_id ?? "", fact);
  const late = completeReview(service.caller(rafael), { submissionId, recommendation: Mark.Gilt, comment: "x" });
  await expect(late).rejects.toEqual(refused("REVIEWER_CONFLICT", { reason: "NOT_A_HUB_LEADER" }));
});

test("a decision wants a completed review and the mark's criteria, and is made once", async () => {
  const feedback = "Read it twice.";
  const untouched = await yearUntil(service, "submitted");
  const tooEarly = decideAward(service.caller(untouched.hq), {
    submissionId: untouched.submissionId,
    mark: Mark.Gilt,
    feedback,
  });
  await expect(tooEarly).rejects.toEqual(refused("REVIEW_MISSING"));
  const { hq, submissionId, rafael } = await yearUntil(service, "assigned");
  const decide = (mark: Mark | null) => decideAward(service.caller(hq), { submissionId, mark, feedback });
  await expect(decide(Mark.Gilt)).rejects.toEqual(refused("REVIEW_MISSING"));
  await completeReview(service.caller(rafael), { submissionId, recommendation: Mark.Gilt, comment: "Good." });
  await expect(decide(Mark.Outreach)).rejects.toEqual(
    refused("CRITERIA_NOT_MET", { missing: ["PD", "LOCAL or WIDER"] }),
  );
  await expect(decideAward(service.caller(hq), { submissionId, mark: null, feedback: " " })).rejects.toEqual(
    refused("BAD_USER_INPUT"),
  );
  await decide(Mark.Psqm);
  await expect(decide(Mark.Psqm)).rejects.toEqual(refused("ILLEGAL_TRANSITION", { from: "DECIDED" }));
});

test("a submission that is not awarded is decided, and that is told instead of an award", async () => {
  const { hq, submissionId, enrolmentId, sam } = await yearUntil(service, "reviewed");
  await decideAward(service.caller(hq), { submissionId, mark: null, feedback: "Not yet: show more monitoring." });
  const document = "query ($id: ID!) { submission(id: $id) { state decision { mark feedback } award { id } } }";
  const { data } = await service.query(sam, document, { id: submissionId });
  expect(data.submission).toEqual({
    state: "DECIDED",
    decision: { mark: null, feedback: "Not yet: show more monitoring." },
    award: null,
  });
  const told = await service.emitted("award.made");
  expect(told.filter(({ aggregate }) => aggregate === enrolmentId)).toEqual([]);
  const notYet = (await service.emitted("award.not-yet")).filter(({ aggregate }) => aggregate === enrolmentId);
  expect(notYet.map(({ payload }) => payload)).toEqual([
    { submissionId, enrolmentId, schoolId: expect.any(String), decidedOn: "2026-09-01" },
  ]);
});

test("an award is told without a not yet", async () => {
  const { hq, submissionId, enrolmentId } = await yearUntil(service, "reviewed");
  await decideAward(service.caller(hq), { submissionId, mark: Mark.Psqm, feedback: "Well done." });
  expect((await service.emitted("award.not-yet")).filter(({ aggregate }) => aggregate === enrolmentId)).toEqual([]);
});

test("a review that comes after the decision, and a reviewer asked for then, are refused", async () => {
  const { hq, submissionId, rafael } = await yearUntil(service, "assigned");
  await appoint(service, "per_rosa", "hub_fourth");
  await assignReviewer(service.caller(hq), { submissionId, reviewerId: "per_rosa" });
  await completeReview(service.caller(rafael), { submissionId, recommendation: Mark.Gilt, comment: "Good." });
  await decideAward(service.caller(hq), { submissionId, mark: Mark.Gilt, feedback: "Well done." });
  const rosa = hubLeader("hub_fourth", "per_rosa");
  await expect(
    completeReview(service.caller(rosa), { submissionId, recommendation: null, comment: "x" }),
  ).rejects.toEqual(refused("REVIEW_CLOSED"));
  await expect(assignReviewer(service.caller(hq), { submissionId, reviewerId: "per_late" })).rejects.toEqual(
    refused("ILLEGAL_TRANSITION", { from: "DECIDED" }),
  );
});

test("the assessment of a school that has left stands still and can still be read", async () => {
  const { enrolmentId, sam, hq, submissionId, rafael, schoolId, hubId } = await yearUntil(service, "assigned");
  await service.deliver("programme", "enrolment.withdrawn", enrolmentId, {
    enrolmentId,
    schoolId,
    hubId,
    withdrawnOn: "2026-12-01",
  });
  await service.deliver("programme", "enrolment.withdrawn", "enr_never", {
    enrolmentId: "enr_never",
    withdrawnOn: "2026-12-01",
  });
  const attempts = [
    completeReview(service.caller(rafael), { submissionId, recommendation: null, comment: "x" }),
    decideAward(service.caller(hq), { submissionId, mark: null, feedback: "x" }),
    writeReflection(service.caller(sam), { enrolmentId, criterion: "SL-A", text: "x", version: 1 }),
  ];
  for (const attempt of await Promise.allSettled(attempts)) {
    expect(attempt).toMatchObject({ status: "rejected", reason: refused("ENROLMENT_WITHDRAWN") });
  }
  const { data } = await service.query(sam, "query ($id: ID) { assessment(enrolmentId: $id) { state withdrawnOn } }", {
    id: enrolmentId,
  });
  expect(data.assessment).toEqual({ state: "IN_REVIEW", withdrawnOn: "2026-12-01" });
});

test("who is deferred ends the assessment of this round, and a later event about it changes nothing", async () => {
  const { enrolmentId, sam } = await confirmedSchool(service);
  await service.deliver("programme", "enrolment.deferred", enrolmentId, { enrolmentId, deferredOn: "2026-11-02" });
  await service.deliver("programme", "enrolment.deferred", "enr_never", {
    enrolmentId: "enr_never",
    deferredOn: "2026-11-02",
  });
  await expect(
    writeReflection(service.caller(sam), { enrolmentId, criterion: "SL-A", text: "x", version: 0 }),
  ).rejects.toEqual(refused("ENROLMENT_WITHDRAWN"));
});

test("a school that moves to another hub is assessed there from then on", async () => {
  const { enrolmentId, lena, rafael } = await confirmedSchool(service);
  const [moved] = rafael.hubsLed;
  const ask = async (viewer: typeof lena) =>
    (await service.query(viewer, "query ($id: ID) { assessment(enrolmentId: $id) { id } }", { id: enrolmentId })).data
      .assessment;
  expect([await ask(lena), await ask(rafael)]).toEqual([{ id: expect.any(String) }, null]);
  await service.deliver("programme", "enrolment.moved", enrolmentId, { enrolmentId, hubId: moved });
  expect([await ask(lena), await ask(rafael)]).toEqual([null, { id: expect.any(String) }]);
});

test("an assessment is asked for by exactly one id", async () => {
  const { hq } = await confirmedSchool(service);
  for (const args of ["", '(id: "a", enrolmentId: "b")']) {
    // an operation without arguments is legal GraphQL here: the choice between the two is ours to refuse
    const { errors } = await service.query(hq, `{ assessment${args} { id } }`);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  }
});
