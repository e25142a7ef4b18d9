import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

let now = new Date("2026-10-05T09:00:00Z");
let service: TestSubgraph;
let years: ReturnType<typeof activeYears>;
let year: ActiveYear;
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => now });
  years = activeYears(service);
  year = await years.anActiveYear();
});
afterAll(() => service.close());

const hq = programmeTeam();
type Answer = Awaited<ReturnType<TestSubgraph["query"]>>;
const code = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;
const lena = () => hubLeader(year.hubId, year.leaderId);
const sam = () => subjectLeader(year.schoolId, year.subjectLeaderId);

const post = (viewer: Viewer, parts: object = {}) =>
  service.query(
    viewer,
    "mutation ($input: PostInHubInput!) { postInHub(input: $input) { id kind title text link by { id } } }",
    {
      input: {
        hubId: year.hubId,
        kind: "RESOURCE",
        title: "Bubbles",
        text: "An enquiry\nfor Year 3.",
        link: "https://psqm.example/bubbles",
        ...parts,
      },
    },
  );
const announce = (viewer: Viewer) => post(viewer, { kind: "ANNOUNCEMENT", title: "Session 2 is in Hull", link: null });
const posts = (viewer: Viewer, args = "") =>
  service.query(viewer, `query ($id: ID!) { hubPosts(hubId: $id ${args}) { nodes { title } } }`, { id: year.hubId });
const titles = ({ data }: Answer) => data.hubPosts.nodes.map(({ title }: { title: string }) => title);
const takeDown = (viewer: Viewer, id: string) =>
  service.query(viewer, "mutation ($id: ID!) { withdrawPost(postId: $id) { id } }", { id });

test("leaders announce, everybody in the hub shares, and those outside see nothing of it", async () => {
  expect(code(await announce(lena()))).toBeUndefined();
  const shared = await post(sam());
  expect(shared.data.postInHub).toMatchObject({
    kind: "RESOURCE",
    link: "https://psqm.example/bubbles",
    by: { id: year.subjectLeaderId },
  });
  for (const viewer of [
    lena(),
    sam(),
    mentor(year.hubId),
    headTeacher(year.schoolId),
    secondParticipant(year.schoolId),
    hq,
  ]) {
    expect(titles(await posts(viewer))).toEqual(["Bubbles", "Session 2 is in Hull"]);
  }
  expect(titles(await posts(sam(), ", kind: ANNOUNCEMENT"))).toEqual(["Session 2 is in Hull"]);
  expect(code(await announce(sam()))).toBe("FORBIDDEN");
  expect(code(await announce(mentor(year.hubId)))).toBe("FORBIDDEN");
  const other = await years.anActiveYear();
  for (const viewer of [hubLeader(other.hubId), subjectLeader(other.schoolId), hubLeader("hub_none")]) {
    expect(code(await posts(viewer))).toBe("NOT_FOUND");
    expect(code(await post(viewer))).toBe("NOT_FOUND");
    expect(code(await takeDown(viewer, shared.data.postInHub.id))).toBe("NOT_FOUND");
  }
});

test("who shared it, or leads the hub, takes it down, once; who has left the round sees the shelf no more", async () => {
  const leaving = await years.anActiveYear({ hubId: year.hubId, roundId: year.roundId });
  const own = subjectLeader(leaving.schoolId, leaving.subjectLeaderId);
  const [mine, theirs] = [(await post(own)).data.postInHub.id, (await post(sam())).data.postInHub.id];
  expect(code(await takeDown(own, theirs))).toBe("FORBIDDEN");
  expect(code(await takeDown(own, mine))).toBeUndefined();
  expect(code(await takeDown(lena(), theirs))).toBeUndefined();
  expect(code(await takeDown(lena(), theirs))).toBe("POST_WITHDRAWN");
  expect(code(await takeDown(lena(), "pst_none"))).toBe("NOT_FOUND");
  expect(titles(await posts(own))).toEqual(["Bubbles", "Session 2 is in Hull"]);
  await service.query(hq, "mutation ($input: WithdrawEnrolmentInput!) { withdrawEnrolment(input: $input) { id } }", {
    input: { enrolmentId: leaving.enrolmentId, reason: "Closing." },
  });
  expect(code(await posts(own))).toBe("NOT_FOUND");
});

test.each([
  { title: " " },
  { title: "x".repeat(121) },
  { text: "a\u0000b" },
  { text: "x".repeat(5001) },
  { link: null },
  { link: "http://psqm.example" },
  { link: "javascript:alert(1)" },
])("a post with %j is refused", async (parts) => {
  expect(code(await post(sam(), parts))).toBe("BAD_USER_INPUT");
});

const escalate = (viewer: Viewer, parts: object = {}) =>
  service.query(
    viewer,
    "mutation ($input: EscalateInput!) { escalate(input: $input) { id state text enrolment { id } hub { id } raisedBy { id } } }",
    { input: { hubId: year.hubId, enrolmentId: year.enrolmentId, text: "No release time.", ...parts } },
  );
const act = (viewer: Viewer, verb: string, type: string, input: object) =>
  service.query(
    viewer,
    `mutation ($input: ${type}!) { ${verb}(input: $input) { state text answer answeredBy { id } } }`,
    { input },
  );
const close = (viewer: Viewer, id: string) =>
  service.query(viewer, "mutation ($id: ID!) { closeEscalation(escalationId: $id) { state closedAt } }", { id });

test("a hub leader tells the programme team of a difficulty, is answered, asks again, and settles it", async () => {
  const { data, errors } = await escalate(lena());
  expect(errors).toBeUndefined();
  const { id } = data.escalate;
  expect(data.escalate).toMatchObject({
    state: "OPEN",
    enrolment: { id: year.enrolmentId },
    hub: { id: year.hubId },
    raisedBy: { id: year.leaderId },
  });
  const list = async (viewer: Viewer, state: string) => {
    const answer = await service.query(
      viewer,
      `query ($state: EscalationState) { escalations(state: $state) { nodes { id } } }`,
      { state },
    );
    return answer.data?.escalations?.nodes.map((one: { id: string }) => one.id) ?? code(answer);
  };
  expect([await list(hq, "OPEN"), await list(lena(), "OPEN"), await list(hubLeader("hub_other"), "OPEN")]).toEqual([
    [id],
    [id],
    [],
  ]);
  expect([await list(sam(), "OPEN"), await list(mentor(year.hubId), "OPEN")]).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  const answer = (text: string, viewer = hq) =>
    act(viewer, "answerEscalation", "AnswerEscalationInput", { escalationId: id, answer: text });
  const again = (viewer: Viewer, text = "Still none.") =>
    act(viewer, "askAgain", "AskAgainInput", { escalationId: id, text });
  expect(code(await again(lena()))).toBe("ILLEGAL_TRANSITION");
  expect(code(await answer("Let us write to the head.", lena()))).toBe("FORBIDDEN");
  expect(code(await answer(" "))).toBe("BAD_USER_INPUT");
  expect((await answer("We write to the head.")).data.answerEscalation).toMatchObject({
    state: "ANSWERED",
    answer: "We write to the head.",
    answeredBy: { id: "per_hq" },
  });
  expect((await again(lena())).data.askAgain).toMatchObject({ state: "OPEN", text: "No release time.\n\nStill none." });
  expect(code(await again(hubLeader("hub_other")))).toBe("NOT_FOUND");
  await answer("She has a day a term now.");
  expect(code(await close(hubLeader("hub_other"), id))).toBe("NOT_FOUND");
  expect((await close(lena(), id)).data.closeEscalation).toEqual({ state: "CLOSED", closedAt: now.toISOString() });
  expect(code(await close(lena(), id))).toBe("ILLEGAL_TRANSITION");
  expect(code(await answer("Too late."))).toBe("ILLEGAL_TRANSITION");
});

test("an escalation is about the leader's own hub and its schools", async () => {
  const other = await years.anActiveYear();
  expect(code(await escalate(hubLeader(other.hubId)))).toBe("FORBIDDEN");
  expect(code(await escalate(lena(), { enrolmentId: other.enrolmentId }))).toBe("NOT_FOUND");
  expect(code(await escalate(hq, { enrolmentId: other.enrolmentId }))).toBe("BAD_USER_INPUT");
  expect(code(await escalate(hq, { hubId: "hub_none", enrolmentId: null }))).toBe("NOT_FOUND");
  expect(code(await escalate(lena(), { text: "" }))).toBe("BAD_USER_INPUT");
  expect((await escalate(lena(), { enrolmentId: null })).data.escalate.enrolment).toBeNull();
});

const publish = (viewer: Viewer, parts: object = {}) =>
  service.query(viewer, "mutation ($input: PublishResourceInput!) { publishResource(input: $input) { id } }", {
    input: { kind: "WEBINAR", title: "Science capital", text: "An hour.", link: "https://psqm.example/w", ...parts },
  });
const library = (viewer: Viewer, args = "") =>
  service.query(viewer, `{ vleResources${args} { nodes { title kind } } }`);

test("a school has the library for the two years of document 002, those who work in the programme always", async () => {
  const { data } = await publish(hq);
  await publish(hq, { kind: "LINK", title: "ASE" });
  expect(code(await publish(lena()))).toBe("FORBIDDEN");
  expect(code(await publish(hq, { link: "ftp://psqm.example" }))).toBe("BAD_USER_INPUT");
  const webinars = (viewer: Viewer) => library(viewer, "(kind: WEBINAR)");
  for (const viewer of [sam(), headTeacher(year.schoolId), lena(), mentor(year.hubId), hq]) {
    expect((await webinars(viewer)).data.vleResources.nodes).toEqual([{ title: "Science capital", kind: "WEBINAR" }]);
    expect((await library(viewer)).data.vleResources.nodes).toHaveLength(2);
  }
  expect(code(await library(subjectLeader("sch_none")))).toBe("VLE_NOT_ENTITLED");
  // Confirmed on 5 October 2026, after the round began.
  now = new Date("2028-10-04T09:00:00Z");
  expect(code(await library(sam()))).toBeUndefined();
  now = new Date("2028-10-05T09:00:00Z");
  const over = await library(sam());
  expect(over.errors?.[0]).toMatchObject({
    message: expect.stringContaining("from 2026-10-05 to 2028-10-04"),
    extensions: { code: "VLE_NOT_ENTITLED" },
  });
  expect(code(await library(lena()))).toBeUndefined();
  now = new Date("2026-10-05T09:00:00Z");
  const withdraw = () =>
    service.query(hq, "mutation ($id: ID!) { withdrawResource(resourceId: $id) { id } }", {
      id: data.publishResource.id,
    });
  expect(code(await withdraw())).toBeUndefined();
  expect(code(await withdraw())).toBe("RESOURCE_WITHDRAWN");
  expect((await webinars(sam())).data.vleResources.nodes).toEqual([]);
});

test("4 hours a school (documents 000 and 001), and what the programme team approves besides; totals by mentor", async () => {
  const mentored = await years.anActiveYear();
  const log = (viewer: Viewer, minutes: number) =>
    service.query(
      viewer,
      "mutation ($input: LogMentoringInput!) { logMentoring(input: $input) { mentoring { minutesUsed minutesLimit warning excess { minutes reason approvedBy { id } } } } }",
      {
        input: { enrolmentId: mentored.enrolmentId, channel: "PHONE", minutes, on: "2026-10-05" },
      },
    );
  const leader = hubLeader(mentored.hubId, "per_lena");
  await log(leader, 200);
  const over = await log(mentor(mentored.hubId, "per_mina"), 50);
  expect(over.data.logMentoring.mentoring).toMatchObject({
    minutesUsed: 250,
    minutesLimit: 240,
    excess: null,
    warning: expect.stringMatching(/10 more than the 240/),
  });
  const approve = (viewer: Viewer, parts: object = {}) =>
    service.query(
      viewer,
      "mutation ($input: ApproveMentoringInput!) { approveMentoring(input: $input) { mentoring { minutesLimit warning excess { minutes reason approvedBy { id } } } } }",
      {
        input: { enrolmentId: mentored.enrolmentId, minutes: 120, reason: "New subject leader.", ...parts },
      },
    );
  expect(code(await approve(leader))).toBe("FORBIDDEN");
  expect(code(await approve(hq, { minutes: 0 }))).toBe("BAD_USER_INPUT");
  expect(code(await approve(hq, { reason: " " }))).toBe("BAD_USER_INPUT");
  expect(code(await approve(hq, { enrolmentId: "enr_none" }))).toBe("NOT_FOUND");
  expect((await approve(hq)).data.approveMentoring.mentoring).toEqual({
    minutesLimit: 360,
    warning: null,
    excess: { minutes: 120, reason: "New subject leader.", approvedBy: { id: "per_hq" } },
  });
  await years.anActiveYear({ hubId: mentored.hubId, roundId: mentored.roundId });
  const totals = (viewer: Viewer) =>
    service.query(
      viewer,
      "query ($id: ID!, $roundId: ID!) { hub(id: $id) { mentoring(roundId: $roundId) { minutes minutesLimit byMentor { mentor { id } schools minutes } } } }",
      { id: mentored.hubId, roundId: mentored.roundId },
    );
  expect((await totals(leader)).data.hub.mentoring).toEqual({
    minutes: 250,
    minutesLimit: 600,
    byMentor: [
      { mentor: { id: "per_lena" }, schools: 1, minutes: 200 },
      { mentor: { id: "per_mina" }, schools: 1, minutes: 50 },
    ],
  });
  expect((await totals(subjectLeader(mentored.schoolId))).data.hub.mentoring).toBeNull();
});
