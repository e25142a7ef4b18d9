import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import { anonymous, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import {
  candidate,
  financeOfficer,
  headTeacher,
  hubLeader,
  mentor,
  programmeTeam,
  secondParticipant,
  stranger,
  subjectLeader,
} from "@psqm/testing/viewers";
import { programme } from "../service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());

const hq = programmeTeam();
let rounds = 0;

async function aSchool(parts: object = {}): Promise<string> {
  const schoolId = newId("sch");
  const school = {
    schoolId,
    urn: "117858",
    name: "Wolds Edge Primary School",
    localAuthority: "East Riding of Yorkshire",
    phase: "Primary",
    status: "OPEN",
    pupils: 64,
    pupilsCountedOn: "2026-01-15",
    ...parts,
  };
  await service.deliver("people", "schools.changed", "school-register", { schools: [school] });
  return schoolId;
}

async function aRound(): Promise<string> {
  rounds += 1;
  const { data } = await service.query(
    hq,
    `mutation ($number: Int!) { openRound(input: { number: $number, pattern: AUTUMN, year: 2026 }) { id } }`,
    { number: rounds },
  );
  return data.openRound.id;
}

async function aHub(capacity = 5): Promise<string> {
  const { data } = await service.query(hq, `mutation ($input: CreateHubInput!) { createHub(input: $input) { id } }`, {
    input: { name: newId("Hub").slice(0, 40), area: "Humber", capacity, leaderId: "per_lena" },
  });
  return data.createHub.id;
}

const joins = (schoolId: string, role = "SUBJECT_LEADER", personId = "per_sam") =>
  service.deliver("people", "school-membership.started", schoolId, {
    membershipId: `mem_${schoolId}_${role}_${personId}`,
    schoolId,
    personId,
    role,
    on: "2026-09-01",
  });

const register = (viewer: Viewer, schoolId: string, roundId: string) =>
  service.query(
    viewer,
    `mutation ($input: RegisterSchoolInput!) { registerSchool(input: $input) { id state registeredBy { id } school { id } } }`,
    { input: { schoolId, roundId } },
  );

const offer = (viewer: Viewer, enrolmentId: string, hubId: string) =>
  service.query(
    viewer,
    `mutation ($input: OfferPlaceInput!) { offerPlace(input: $input) { id state hub { id placesTaken } } }`,
    { input: { enrolmentId, hubId } },
  );

const accept = (viewer: Viewer, enrolmentId: string) =>
  service.query(viewer, `mutation ($id: ID!) { acceptPlace(enrolmentId: $id) { id state confirmedOn } }`, {
    id: enrolmentId,
  });

const withdraw = (viewer: Viewer, enrolmentId: string, reason = "The subject leader has left.") =>
  service.query(
    viewer,
    `mutation ($input: WithdrawEnrolmentInput!) { withdrawEnrolment(input: $input) { id state } }`,
    { input: { enrolmentId, reason } },
  );

const stateOf = async (id: string): Promise<string> =>
  (await service.query(hq, `query ($id: ID!) { enrolment(id: $id) { state } }`, { id })).data.enrolment.state;

const code = ({ errors }: Awaited<ReturnType<TestSubgraph["query"]>>): string | undefined =>
  errors?.[0]?.extensions.code;

async function registered(): Promise<{ id: string; schoolId: string; roundId: string }> {
  const [schoolId, roundId] = [await aSchool(), await aRound()];
  const { data } = await register(hq, schoolId, roundId);
  return { id: data.registerSchool.id, schoolId, roundId };
}

async function offered(): Promise<{ id: string; schoolId: string; roundId: string; hubId: string }> {
  const enrolment = await registered();
  const hubId = await aHub();
  await offer(hq, enrolment.id, hubId);
  return { ...enrolment, hubId };
}

const eventsOf = async (id: string) => (await service.emitted()).filter(({ aggregate }) => aggregate === id);

test("a school goes from registration to award, and its history tells every step", async () => {
  const [schoolId, roundId, hubId] = [await aSchool(), await aRound(), await aHub()];
  const head = headTeacher(schoolId, "per_harriet");

  const first = await register(head, schoolId, roundId);
  expect(first.errors).toBeUndefined();
  const { id } = first.data.registerSchool;
  expect(first.data.registerSchool).toEqual({
    id: expect.stringMatching(/^enr_/),
    state: "REGISTERED",
    registeredBy: { id: "per_harriet" },
    school: { id: schoolId },
  });
  expect((await offer(hq, id, hubId)).data.offerPlace).toMatchObject({
    state: "OFFERED",
    hub: { id: hubId, placesTaken: 1 },
  });
  expect((await accept(head, id)).data.acceptPlace).toEqual({ id, state: "CONFIRMED", confirmedOn: "2026-09-01" });
  await joins(schoolId);
  expect(await stateOf(id)).toBe("ACTIVE");
  const submission = { submissionId: "sub_1", enrolmentId: id, schoolId, hubId };
  await service.deliver("assessment", "submission.submitted", id, submission);
  expect(await stateOf(id)).toBe("SUBMITTED");
  await service.deliver("assessment", "submission.review-started", id, submission);
  expect(await stateOf(id)).toBe("IN_REVIEW");
  await service.deliver("assessment", "award.made", id, { awardId: "awd_1", enrolmentId: id, schoolId, mark: "PSQM" });

  const { data } = await service.query(
    head,
    `query ($id: ID!) { enrolment(id: $id) { state round { number } history { from to at by { id } reason } } }`,
    { id },
  );
  expect(data.enrolment.state).toBe("AWARDED");
  const steps = data.enrolment.history;
  expect(steps.map(({ from, to, by }: never) => [from, to, (by as { id: string } | null)?.id ?? null])).toEqual([
    [null, "REGISTERED", "per_harriet"],
    ["REGISTERED", "OFFERED", "per_hq"],
    ["OFFERED", "CONFIRMED", "per_harriet"],
    ["CONFIRMED", "ACTIVE", null],
    ["ACTIVE", "SUBMITTED", null],
    ["SUBMITTED", "IN_REVIEW", null],
    ["IN_REVIEW", "NOTIFIED", null],
    ["NOTIFIED", "AWARDED", null],
  ]);
  expect(steps.at(-1).reason).toBe("Award awd_1 was made.");
  expect(steps[0].at).toMatch(/^2026-09-01T/);
});

test("who was confirmed is told with everything that others need, exactly once and before the year begins", async () => {
  const { id, schoolId, roundId, hubId } = await offered();
  await joins(schoolId);
  expect((await accept(hq, id)).data.acceptPlace.state).toBe("ACTIVE");
  const events = await eventsOf(id);
  expect(events.map(({ type }) => type)).toEqual(["enrolment.confirmed", "enrolment.activated"]);
  expect(events[0]?.payload).toEqual({
    enrolmentId: id,
    schoolId,
    schoolName: "Wolds Edge Primary School",
    urn: "117858",
    localAuthority: "East Riding of Yorkshire",
    pupils: 64,
    hubId,
    roundId,
    roundNumber: rounds,
    rules: {
      feeSchedule: "fees-s2",
      payRates: "pay-s1",
      framework: "framework-s2",
      deliveryModel: "four-sessions",
      calendar: "calendar-s1-s2",
    },
    confirmedOn: "2026-09-01",
  });
  expect(events[1]?.payload).toEqual({ enrolmentId: id, schoolId, hubId, subjectLeaderId: "per_sam" });
});

test("a school whose pupils nobody has counted is confirmed with no number", async () => {
  const [schoolId, roundId, hubId] = [await aSchool({ pupils: null }), await aRound(), await aHub()];
  const { id } = (await register(hq, schoolId, roundId)).data.registerSchool;
  await offer(hq, id, hubId);
  await accept(hq, id);
  expect((await eventsOf(id))[0]?.payload).toMatchObject({ pupils: null });
});

test("only a subject leader starts a year: others who join do not, nor does one who has left", async () => {
  const { id, schoolId } = await offered();
  await joins(schoolId, "SUBJECT_LEADER", "per_early");
  await service.deliver("people", "school-membership.ended", schoolId, {
    membershipId: `mem_${schoolId}_SUBJECT_LEADER_per_early`,
    schoolId,
    personId: "per_early",
    role: "SUBJECT_LEADER",
    on: "2026-09-02",
  });
  await joins(schoolId, "SECOND_PARTICIPANT");
  expect((await accept(hq, id)).data.acceptPlace.state).toBe("CONFIRMED");
  await joins(schoolId, "HEAD_TEACHER");
  expect(await stateOf(id)).toBe("CONFIRMED");
  await joins(schoolId, "SUBJECT_LEADER", "per_next");
  expect(await stateOf(id)).toBe("ACTIVE");
  expect((await eventsOf(id)).at(-1)?.payload).toMatchObject({ subjectLeaderId: "per_next" });
});

test.each([
  ["OPEN", undefined],
  ["PROPOSED_TO_CLOSE", undefined],
  ["CLOSED", "SCHOOL_CLOSED"],
  ["PROPOSED_TO_OPEN", "SCHOOL_CLOSED"],
])('a school that is "%s" registers with %s', async (status, refusal) => {
  const schoolId = await aSchool({ status });
  expect(code(await register(headTeacher(schoolId), schoolId, await aRound()))).toBe(refusal);
});

test("a school registers for a round once, and is told where it stands", async () => {
  const { id, schoolId, roundId } = await offered();
  const again = await register(subjectLeader(schoolId), schoolId, roundId);
  expect(again.errors?.[0]).toMatchObject({
    message: expect.stringContaining("is OFFERED"),
    extensions: { code: "ALREADY_REGISTERED", state: "OFFERED", enrolmentId: id },
  });
  expect(code(await register(subjectLeader(schoolId), schoolId, await aRound()))).toBeUndefined();
});

test("nobody registers for a round that is closed or not there", async () => {
  const [schoolId, roundId] = [await aSchool(), await aRound()];
  await service.query(hq, `mutation ($id: ID!) { closeRegistration(roundId: $id) { id } }`, { id: roundId });
  expect(code(await register(headTeacher(schoolId), schoolId, roundId))).toBe("ROUND_CLOSED");
  const nowhere = await register(headTeacher(schoolId), schoolId, "rnd_none");
  expect(nowhere.errors?.[0]).toMatchObject({ message: expect.stringContaining("round rnd_none") });
});

test("to a stranger a school that exists and one that does not look alike", async () => {
  const [schoolId, roundId] = [await aSchool(), await aRound()];
  const outsider = headTeacher("sch_elsewhere");
  const existing = await register(outsider, schoolId, roundId);
  const missing = await register(outsider, "sch_missing", roundId);
  expect(code(existing)).toBe("NOT_FOUND");
  expect(JSON.stringify(missing).replaceAll("sch_missing", schoolId)).toBe(JSON.stringify(existing));
  expect(code(await register(hq, "sch_missing", roundId))).toBe("NOT_FOUND");
});

test("a member of the school whose call it is not is told whose it is", async () => {
  const [schoolId, roundId] = [await aSchool(), await aRound()];
  expect(code(await register(secondParticipant(schoolId), schoolId, roundId))).toBe("FORBIDDEN");
  // Head teacher elsewhere, second participant here: passes the door, not the desk.
  const both = headTeacher("sch_elsewhere");
  both.schools.push(...secondParticipant(schoolId).schools);
  expect(code(await register(both, schoolId, roundId))).toBe("FORBIDDEN");
  expect(code(await register(anonymous, schoolId, roundId))).toBe("UNAUTHENTICATED");
});

test("a full hub takes nobody, and a withdrawal frees a place", async () => {
  const hubId = await aHub(1);
  const [one, two] = [await registered(), await registered()];
  await offer(hq, one.id, hubId);
  const refused = await offer(hq, two.id, hubId);
  expect(refused.errors?.[0]?.extensions).toEqual({ code: "HUB_FULL", capacity: 1, placesTaken: 1 });
  expect(await stateOf(two.id)).toBe("REGISTERED");
  await withdraw(hq, one.id);
  expect(code(await offer(hq, two.id, hubId))).toBeUndefined();
});

test("a place is offered in a hub that exists, to a school that waits for one", async () => {
  const { id, hubId } = await offered();
  expect(code(await offer(hq, id, hubId))).toBe("ILLEGAL_TRANSITION");
  expect(code(await offer(hq, (await registered()).id, "hub_none"))).toBe("NOT_FOUND");
  expect(code(await offer(hq, "enr_none", hubId))).toBe("NOT_FOUND");
  expect(code(await offer(hubLeader(hubId), (await registered()).id, hubId))).toBe("FORBIDDEN");
});

test("the head teacher decides on the place, nobody else in the school, and nobody of another school", async () => {
  const { id, schoolId, hubId } = await offered();
  expect(code(await accept(subjectLeader(schoolId), id))).toBe("FORBIDDEN");
  const both = headTeacher("sch_elsewhere");
  both.schools.push(...subjectLeader(schoolId).schools);
  expect(code(await accept(both, id))).toBe("FORBIDDEN");
  expect(code(await withdraw(both, id))).toBe("FORBIDDEN");
  const leading = { ...headTeacher("sch_elsewhere"), hubsLed: [hubId] };
  expect(code(await accept(leading, id))).toBe("FORBIDDEN");
  const elsewhere = await accept(headTeacher("sch_elsewhere"), id);
  const missing = await accept(headTeacher("sch_elsewhere"), "enr_none");
  expect(code(elsewhere)).toBe("NOT_FOUND");
  expect(JSON.stringify(missing).replaceAll("enr_none", id)).toBe(JSON.stringify(elsewhere));
  expect(code(await accept(headTeacher(schoolId), id))).toBeUndefined();
  expect(code(await accept(headTeacher(schoolId), id))).toBe("ILLEGAL_TRANSITION");
});

test("a withdrawal keeps its reason, is told to the others, and is for good", async () => {
  const { id, schoolId, hubId } = await offered();
  expect(code(await withdraw(headTeacher(schoolId), id, "  "))).toBe("BAD_USER_INPUT");
  expect((await withdraw(headTeacher(schoolId), id, " We merge. ")).data.withdrawEnrolment.state).toBe("WITHDRAWN");
  const { data } = await service.query(hq, `query ($id: ID!) { enrolment(id: $id) { history { to reason } } }`, { id });
  expect(data.enrolment.history.at(-1)).toEqual({ to: "WITHDRAWN", reason: "We merge." });
  expect((await eventsOf(id)).at(-1)).toMatchObject({
    type: "enrolment.withdrawn",
    payload: { enrolmentId: id, schoolId, hubId, withdrawnOn: "2026-09-01", roundStartsOn: "2026-09-01" },
  });
  expect(code(await withdraw(headTeacher(schoolId), id))).toBe("ILLEGAL_TRANSITION");
  expect(code(await accept(headTeacher(schoolId), id))).toBe("ILLEGAL_TRANSITION");
});

test("what assessment still had under way changes nothing for a school that has left", async () => {
  const { id, schoolId } = await offered();
  await joins(schoolId);
  await accept(hq, id);
  await withdraw(hq, id);
  await service.deliver("assessment", "submission.submitted", id, { submissionId: "sub_2", enrolmentId: id });
  expect(await stateOf(id)).toBe("WITHDRAWN");
  const parked = await service.database.em.fork().execute("select reason from parked_event where aggregate = ?", [id]);
  expect(parked).toEqual([]);
});

test("a step of assessment's that the state does not allow is parked with the reason", async () => {
  const { id } = await offered();
  await service.deliver("assessment", "award.made", id, { awardId: "awd_2", enrolmentId: id });
  expect(await stateOf(id)).toBe("OFFERED");
  const parked = await service.database.em.fork().execute("select reason from parked_event where aggregate = ?", [id]);
  expect(parked).toEqual([{ reason: expect.stringContaining("that is OFFERED cannot become NOTIFIED") }]);
});

test("an enrolment is seen by its school, its hub, the programme team and finance, on every way to it", async () => {
  const { id, schoolId, hubId, roundId } = await offered();
  const ways: ((viewer: Viewer) => Promise<unknown>)[] = [
    async (viewer) =>
      (await service.query(viewer, `query ($id: ID!) { enrolment(id: $id) { id } }`, { id })).data?.enrolment?.id,
    async (viewer) =>
      (
        await service.query(viewer, `query ($roundId: ID) { enrolments(roundId: $roundId) { nodes { id } } }`, {
          roundId,
        })
      ).data?.enrolments.nodes[0]?.id,
    async (viewer) =>
      (await service.entities(viewer, [{ __typename: "Enrolment", id }], "... on Enrolment { id }")).data._entities[0]
        ?.id,
    async (viewer) =>
      (await service.entities(viewer, [{ __typename: "School", id: schoolId }], "... on School { enrolments { id } }"))
        .data._entities[0].enrolments[0]?.id,
    async (viewer) =>
      (await service.query(viewer, `query ($id: ID!) { hub(id: $id) { enrolments { nodes { id } } } }`, { id: hubId }))
        .data.hub.enrolments.nodes[0]?.id,
  ];
  const seeing = [
    hq,
    financeOfficer(),
    headTeacher(schoolId),
    subjectLeader(schoolId),
    secondParticipant(schoolId),
    hubLeader(hubId),
    mentor(hubId),
  ];
  const blind = [
    anonymous,
    stranger(),
    candidate(),
    headTeacher("sch_elsewhere"),
    subjectLeader("sch_elsewhere"),
    hubLeader("hub_elsewhere"),
    mentor("hub_elsewhere"),
  ];
  for (const [at, way] of ways.entries()) {
    for (const viewer of seeing) expect([at, viewer.roles, await way(viewer)]).toEqual([at, viewer.roles, id]);
    for (const viewer of blind) expect([at, viewer.roles, await way(viewer)]).toEqual([at, viewer.roles, undefined]);
  }
});

test("a hub sees nothing of a school before it has offered it a place", async () => {
  const { id } = await registered();
  const hubId = await aHub();
  const seen = async () =>
    (await service.query(hubLeader(hubId), `query ($id: ID!) { enrolment(id: $id) { id } }`, { id })).data.enrolment;
  expect(await seen()).toBeNull();
  await offer(hq, id, hubId);
  expect(await seen()).toEqual({ id });
});

test("lists are narrowed by state, round and hub together", async () => {
  const { id, roundId, hubId } = await offered();
  const ask = async (variables: object) =>
    (
      await service.query(
        hq,
        `query ($state: EnrolmentState, $roundId: ID, $hubId: ID) {
          enrolments(state: $state, roundId: $roundId, hubId: $hubId) { nodes { id } }
        }`,
        variables as Record<string, unknown>,
      )
    ).data.enrolments.nodes;
  expect(await ask({ roundId, hubId, state: "OFFERED" })).toEqual([{ id }]);
  expect(await ask({ roundId, hubId, state: "ACTIVE" })).toEqual([]);
  expect(await ask({ roundId, hubId: "hub_none" })).toEqual([]);
  expect((await ask({})).length).toBeGreaterThan(1);
});

test("many references to enrolments and schools take one statement for each level", async () => {
  const roundId = await aRound();
  const hubId = await aHub(50);
  const ids: string[] = [];
  const schools: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    const schoolId = await aSchool();
    const { id } = (await register(hq, schoolId, roundId)).data.registerSchool;
    await offer(hq, id, hubId);
    schools.push(schoolId);
    ids.push(id);
  }
  service.statements.length = 0;
  const { data } = await service.entities(
    hq,
    [...ids, "enr_none"].map((id) => ({ __typename: "Enrolment", id })),
    "... on Enrolment { id hub { name placesTaken } round { number } history { to } school { id enrolments { id } } }",
  );
  expect(data._entities.map((enrolment: { id: string } | null) => enrolment?.id)).toEqual([...ids, undefined]);
  // Enrolments, hubs, places, rounds, histories, enrolments of schools.
  expect(service.statements).toHaveLength(6);
  service.statements.length = 0;
  await service.entities(
    hq,
    schools.map((id) => ({ __typename: "School", id })),
    "... on School { enrolments { id state } }",
  );
  expect(service.statements).toHaveLength(1);
});
