import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import {
  financeOfficer,
  headTeacher,
  hubLeader,
  mentor,
  programmeTeam,
  secondParticipant,
  subjectLeader,
} from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { activeYears } from "../testing/active-year.ts";

let service: TestSubgraph;
let years: ReturnType<typeof activeYears>;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
  years = activeYears(service);
});
afterAll(() => service.close());

const hq = programmeTeam();
type Answer = Awaited<ReturnType<TestSubgraph["query"]>>;
const code = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;

const act = (viewer: Viewer, verb: string, type: string, input: object): Promise<Answer> =>
  service.query(
    viewer,
    `mutation ($input: ${type}!) { ${verb}(input: $input) {
       id state hub { id } preferredHub { id } round { id } history { from to reason }
       registration { pupils purchaseOrder consentBy consentOn } } }`,
    { input },
  );

const register = (viewer: Viewer, input: object) => act(viewer, "registerSchool", "RegisterSchoolInput", input);
const move = (viewer: Viewer, enrolmentId: string, hubId: string) =>
  act(viewer, "moveToHub", "MoveToHubInput", { enrolmentId, hubId, reason: "Nearer." });
const defer = (viewer: Viewer, enrolmentId: string, roundId: string) =>
  act(viewer, "deferEnrolment", "DeferEnrolmentInput", { enrolmentId, roundId, reason: "New head." });
const decline = (viewer: Viewer, enrolmentId: string, reason = "Too far.") =>
  act(viewer, "declinePlace", "DeclinePlaceInput", { enrolmentId, reason });
const offer = (enrolmentId: string, hubId: string) => act(hq, "offerPlace", "OfferPlaceInput", { enrolmentId, hubId });
const toldOf = async (id: string) =>
  (await service.emitted()).filter(({ aggregate }) => aggregate === id).map(({ type }) => type);

const form = {
  pupils: 64,
  purchaseOrder: "PO 4711",
  consent: { name: "Harriet Head", on: "2026-08-20" },
};

test("a school registers by its URN with its form, which its hub does not see", async () => {
  const [schoolId, roundId, hubId] = [await years.aSchool({ urn: "200001" }), await years.aRound(), await years.aHub()];
  const { data, errors } = await register(headTeacher(schoolId), {
    urn: "200001",
    roundId,
    preferredHubId: hubId,
    ...form,
  });
  expect(errors).toBeUndefined();
  expect(data.registerSchool).toMatchObject({
    state: "REGISTERED",
    preferredHub: { id: hubId },
    registration: { pupils: 64, purchaseOrder: "PO 4711", consentBy: "Harriet Head", consentOn: "2026-08-20" },
  });
  const { id } = data.registerSchool;
  const ask = (viewer: Viewer) =>
    service.query(viewer, "query ($id: ID!) { enrolment(id: $id) { id registration { purchaseOrder } } }", { id });
  for (const viewer of [hq, financeOfficer(), subjectLeader(schoolId)]) {
    expect((await ask(viewer)).data.enrolment.registration).toEqual({ purchaseOrder: "PO 4711" });
  }
  for (const viewer of [hubLeader(hubId), mentor(hubId)]) {
    expect((await ask(viewer)).data.enrolment).toEqual({ id, registration: null });
  }
  expect((await ask(hubLeader("hub_other"))).data.enrolment).toBeNull();
  expect((await ask(headTeacher("sch_other"))).data.enrolment).toBeNull();
});

test("a URN that nobody has and one of another school look alike, and a form that cannot be is refused", async () => {
  const [schoolId, roundId] = [await years.aSchool({ urn: "200002" }), await years.aRound()];
  const stranger = headTeacher("sch_other");
  const [theirs, nobodys] = [
    await register(stranger, { urn: "200002", roundId }),
    await register(stranger, { urn: "999999", roundId }),
  ];
  expect(code(theirs)).toBe("NOT_FOUND");
  expect(JSON.stringify(nobodys).replaceAll("999999", "200002")).toBe(JSON.stringify(theirs));
  expect(code(await register(hq, { urn: "999999", roundId }))).toBe("NOT_FOUND");
  expect(code(await register(hq, { roundId }))).toBe("BAD_USER_INPUT");
  expect(code(await register(hq, { schoolId, roundId, pupils: -1 }))).toBe("BAD_USER_INPUT");
  expect(code(await register(hq, { schoolId, roundId, preferredHubId: "hub_none" }))).toBe("NOT_FOUND");
});

test("a hub's waiting list has who asked for it, the first one first, until a place is offered", async () => {
  const [roundId, hubId] = [await years.aRound(), await years.aHub(1)];
  const wait = async () =>
    (await register(hq, { schoolId: await years.aSchool(), roundId, preferredHubId: hubId })).data.registerSchool
      .id as string;
  const [first, second] = [await wait(), await wait()];
  const list = async (viewer: Viewer) => {
    const { data } = await service.query(viewer, "query ($id: ID!) { hub(id: $id) { waitingList { nodes { id } } } }", {
      id: hubId,
    });
    return data.hub.waitingList?.nodes.map(({ id }: { id: string }) => id) ?? null;
  };
  for (const viewer of [hq, hubLeader(hubId), mentor(hubId)]) expect(await list(viewer)).toEqual([first, second]);
  for (const viewer of [hubLeader("hub_other"), subjectLeader("sch_other")]) expect(await list(viewer)).toBeNull();
  await offer(first, hubId);
  expect(await list(hq)).toEqual([second]);
  expect(code(await offer(second, hubId))).toBe("HUB_FULL");
  const declined = await decline(hq, first);
  expect(declined.data.declinePlace).toMatchObject({ state: "REGISTERED", hub: null, preferredHub: null });
  expect(code(await offer(second, hubId))).toBeUndefined();
});

test("an offer is declined by the head teacher, with a reason, while it is open", async () => {
  const [schoolId, roundId, hubId] = [await years.aSchool(), await years.aRound(), await years.aHub()];
  const { id } = (await register(hq, { schoolId, roundId })).data.registerSchool;
  expect(code(await decline(headTeacher(schoolId), id))).toBe("ILLEGAL_TRANSITION");
  await offer(id, hubId);
  expect(code(await decline(headTeacher(schoolId), id, " "))).toBe("BAD_USER_INPUT");
  expect(code(await decline(subjectLeader(schoolId), id))).toBe("FORBIDDEN");
  expect(code(await decline(headTeacher("sch_other"), id))).toBe("NOT_FOUND");
  const { history } = (await decline(headTeacher(schoolId), id)).data.declinePlace;
  expect(history.at(-1)).toEqual({ from: "OFFERED", to: "REGISTERED", reason: "Too far." });
  await offer(id, hubId);
  const accepted = await service.query(
    headTeacher(schoolId),
    "mutation ($id: ID!) { acceptPlace(enrolmentId: $id) { state } }",
    { id },
  );
  expect(accepted.data.acceptPlace.state).toBe("CONFIRMED");
});

test("a school moves to another hub with a place left, which the others hear; its hub before sees it no more", async () => {
  const year = await years.anActiveYear();
  const [to, full] = [await years.aHub(), await years.aHub(1)];
  await years.anActiveYear({ roundId: year.roundId, hubId: full });
  expect(code(await move(hq, year.enrolmentId, full))).toBe("HUB_FULL");
  expect(code(await move(hq, year.enrolmentId, year.hubId))).toBe("SAME_HUB");
  expect(code(await move(hq, year.enrolmentId, "hub_none"))).toBe("NOT_FOUND");
  expect(code(await move(hubLeader(year.hubId), year.enrolmentId, to))).toBe("FORBIDDEN");
  const { data, errors } = await move(hq, year.enrolmentId, to);
  expect(errors).toBeUndefined();
  expect(data.moveToHub).toMatchObject({ state: "ACTIVE", hub: { id: to } });
  expect(data.moveToHub.history.at(-1)).toMatchObject({
    from: "ACTIVE",
    to: "ACTIVE",
    reason: expect.stringMatching(/: Nearer\.$/),
  });
  const sees = async (hubId: string) =>
    (await service.query(hubLeader(hubId), "query ($id: ID!) { enrolment(id: $id) { id } }", { id: year.enrolmentId }))
      .data.enrolment;
  expect([await sees(year.hubId), await sees(to)]).toEqual([null, { id: year.enrolmentId }]);
  const moved = (await service.emitted("enrolment.moved")).at(-1);
  expect(moved?.payload).toEqual({
    enrolmentId: year.enrolmentId,
    schoolId: year.schoolId,
    fromHubId: year.hubId,
    hubId: to,
    movedOn: "2026-09-01",
  });
  await service.deliver("assessment", "submission.submitted", year.enrolmentId, {
    submissionId: "sub_1",
    enrolmentId: year.enrolmentId,
  });
  expect(code(await move(hq, year.enrolmentId, year.hubId))).toBe("CANNOT_MOVE");
});

test("a place that is only offered moves without a word to the others", async () => {
  const [roundId, from, to] = [await years.aRound(), await years.aHub(), await years.aHub()];
  const { id } = (await register(hq, { schoolId: await years.aSchool(), roundId })).data.registerSchool;
  await offer(id, from);
  expect((await move(hq, id, to)).data.moveToHub).toMatchObject({ state: "OFFERED", hub: { id: to } });
  expect(await toldOf(id)).toEqual([]);
});

test("who is deferred waits in the later round, for the same hub first, with the same form", async () => {
  const year = await years.anActiveYear();
  const [later, before] = [await years.aRound({ year: 2027 }), await years.aRound({ pattern: "SPRING" })];
  const head = headTeacher(year.schoolId);
  for (const roundId of [before, year.roundId]) {
    expect(code(await defer(head, year.enrolmentId, roundId))).toBe("NOT_A_LATER_ROUND");
  }
  expect(code(await defer(head, year.enrolmentId, "rnd_none"))).toBe("NOT_FOUND");
  expect(code(await defer(subjectLeader(year.schoolId), year.enrolmentId, later))).toBe("FORBIDDEN");
  expect(code(await defer(headTeacher("sch_other"), year.enrolmentId, later))).toBe("NOT_FOUND");
  const { data, errors } = await defer(head, year.enrolmentId, later);
  expect(errors).toBeUndefined();
  expect(data.deferEnrolment).toMatchObject({
    state: "REGISTERED",
    hub: null,
    preferredHub: { id: year.hubId },
    round: { id: later },
    history: [{ from: null, to: "REGISTERED", reason: expect.stringMatching(/^Deferred from round \d+: New head\.$/) }],
  });
  const told = (await service.emitted("enrolment.deferred")).at(-1);
  expect(told).toMatchObject({ aggregate: year.enrolmentId });
  expect(told?.payload).toEqual({
    enrolmentId: year.enrolmentId,
    schoolId: year.schoolId,
    hubId: year.hubId,
    deferredOn: "2026-09-01",
    roundStartsOn: "2026-09-01",
    toEnrolmentId: data.deferEnrolment.id,
    toRoundId: later,
  });
  expect(code(await defer(head, year.enrolmentId, later))).toBe("ALREADY_REGISTERED");
  expect(code(await defer(head, year.enrolmentId, await years.aRound({ year: 2028 })))).toBe("ILLEGAL_TRANSITION");
});

test("nobody is deferred to a round whose registration is closed", async () => {
  const year = await years.anActiveYear();
  const later = await years.aRound({ year: 2027 });
  await service.query(hq, "mutation ($id: ID!) { closeRegistration(roundId: $id) { id } }", { id: later });
  expect(code(await defer(hq, year.enrolmentId, later))).toBe("ROUND_CLOSED");
});

test("who leaves a hub or a round gives places in sessions to come back, and what was attended stays", async () => {
  const year = await years.anActiveYear();
  const lena = hubLeader(year.hubId, year.leaderId);
  const planned = await service.query(
    lena,
    "mutation ($input: PlanSessionInput!) { planSession(input: $input) { id } }",
    {
      input: {
        hubId: year.hubId,
        roundId: year.roundId,
        unit: 1,
        startsAt: "2026-09-15T09:00:00Z",
        place: "Hull",
        capacity: 1,
      },
    },
  );
  const sessionId = planned.data.planSession.id;
  const other = await years.anActiveYear({ roundId: year.roundId, hubId: year.hubId });
  const book = ({ schoolId, subjectLeaderId }: typeof year) =>
    service.query(
      subjectLeader(schoolId, subjectLeaderId),
      "mutation ($id: ID!) { bookSession(sessionId: $id) { id } }",
      { id: sessionId },
    );
  expect(code(await book(year))).toBeUndefined();
  expect(code(await book(other))).toBe("SESSION_FULL");
  await act(hq, "withdrawEnrolment", "WithdrawEnrolmentInput", { enrolmentId: year.enrolmentId, reason: "Closing." });
  expect(code(await book(other))).toBeUndefined();
  await move(hq, other.enrolmentId, await years.aHub());
  const left = await service.database.em.fork().execute("select * from booking where session_id = ?", [sessionId]);
  expect(left).toEqual([]);
});

test("a decision of not yet ends the year", async () => {
  const { enrolmentId } = await years.anActiveYear();
  const submission = { submissionId: "sub_9", enrolmentId };
  await service.deliver("assessment", "submission.submitted", enrolmentId, submission);
  await service.deliver("assessment", "submission.review-started", enrolmentId, submission);
  await service.deliver("assessment", "award.not-yet", enrolmentId, submission);
  const { data } = await service.query(
    hq,
    "query ($id: ID!) { enrolment(id: $id) { state milestones(audience: SCHOOL) { name state } } }",
    { id: enrolmentId },
  );
  expect(data.enrolment.state).toBe("NOT_AWARDED");
  expect(data.enrolment.milestones).toContainEqual({ name: "Award notification", state: "DONE" });
});

test("the second participant of a school decides nothing of its place", async () => {
  const year = await years.anActiveYear();
  const tess = secondParticipant(year.schoolId);
  expect(code(await decline(tess, year.enrolmentId))).toBe("FORBIDDEN");
  expect(code(await move(tess, year.enrolmentId, year.hubId))).toBe("FORBIDDEN");
});
