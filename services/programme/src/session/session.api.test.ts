import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import ICAL from "ical.js";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

const start = new Date("2026-09-01T09:00:00Z");
let now = start;
let service: TestSubgraph;
let steps: ReturnType<typeof activeYears>;
let year: ActiveYear;
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => now });
  steps = activeYears(service);
});
afterAll(() => service.close());
beforeEach(async () => {
  now = start;
  year = await steps.anActiveYear({ roundId: await steps.aRound({ deliveryModel: "TWO_DAYS" }) });
});

const leader = () => hubLeader(year.hubId);
const sam = () => subjectLeader(year.schoolId, year.subjectLeaderId);
const did = (viewer: Viewer, field: string, type: string, input: object) =>
  service.query(
    viewer,
    `mutation ($input: ${type}!) { ${field}(input: $input) { id unit startsAt minutes place booked cancelledAt } }`,
    { input },
  );
const plan = (parts: object = {}, viewer = leader()) =>
  did(viewer, "planSession", "PlanSessionInput", {
    hubId: year.hubId,
    roundId: year.roundId,
    unit: 1,
    startsAt: "2026-10-20T08:00:00Z",
    place: "Hull",
    ...parts,
  });
const planned = async (parts: object = {}): Promise<string> => (await plan(parts)).data.planSession.id;
const by = (viewer: Viewer, field: string, id: string) =>
  service.query(viewer, `mutation ($id: ID!) { ${field}(sessionId: $id) { id booked cancelledAt } }`, { id });
const attendance = (sessionId: string, present: object[], viewer = leader()) =>
  did(viewer, "registerAttendance", "RegisterAttendanceInput", { sessionId, present });
const code = ({ errors }: Awaited<ReturnType<typeof plan>>) => errors?.[0]?.extensions.code;
const training = async (viewer = sam()) =>
  (
    await service.query(
      viewer,
      `query ($id: ID!) { enrolment(id: $id) { training {
        complete units { number name minutes attendedOn } cpd { person { id } minutes }
        sessions { id unit booked cancelledAt register { person { id } minutesAttended } }
      } } }`,
      { id: year.enrolmentId },
    )
  ).data.enrolment.training;

test("a round is given in the model that was chosen, and in the first one in force where none was", async () => {
  expect((await training()).units.map(({ name }: { name: string }) => name)).toEqual(["Day 1", "Day 2"]);
  const open = (year: number, deliveryModel: string | null) =>
    service.query(
      programmeTeam(),
      "mutation ($input: OpenRoundInput!) { openRound(input: $input) { rules { name version } } }",
      { input: { number: 900 + year - 2019, pattern: "AUTUMN", year, deliveryModel } },
    );
  const version = async (answer: ReturnType<typeof open>) =>
    (await answer).data.openRound.rules.find(({ name }: { name: string }) => name === "deliveryModel").version;
  expect(await version(open(2026, null))).toBe("four-sessions");
  expect(await version(open(2027, "SIX_SESSIONS"))).toBe("six-sessions");
  expect((await open(2021, "SIX_SESSIONS")).errors?.[0]?.extensions.code).toBe("DELIVERY_MODEL_NOT_IN_FORCE");
});

test("from planning to a completed training: booked, attended, missed, made up, told once", async () => {
  const tess = `per_tess-${year.schoolId}`;
  await steps.joins(year.schoolId, tess, "SECOND_PARTICIPANT");
  const one = await planned();
  expect((await by(sam(), "bookSession", one)).data.bookSession).toMatchObject({ id: one, booked: true });
  expect((await by(sam(), "bookSession", one)).data.bookSession.booked).toBe(true);
  const two = await planned({ unit: 2, startsAt: "2027-04-20T08:00:00Z" });
  await by(sam(), "bookSession", two);
  await by(secondParticipant(year.schoolId, tess), "bookSession", one);

  expect(code(await attendance(one, []))).toBe("SESSION_NOT_BEGUN");
  now = new Date("2026-10-20T16:00:00Z");
  expect((await attendance(one, [{ personId: tess, minutes: 300 }], mentor(year.hubId))).errors).toBeUndefined();
  expect(await training()).toMatchObject({
    complete: false,
    units: [{ attendedOn: "2026-10-20" }, { attendedOn: null }],
    cpd: [{ person: { id: tess }, minutes: 300 }],
  });
  now = new Date("2027-04-20T16:00:00Z");
  await attendance(two, []);
  expect((await training()).complete).toBe(false);

  expect(code(await plan({ unit: 2, startsAt: "2027-06-10T08:00:00Z" }))).toBe("SESSION_OUTSIDE_WINDOW");
  const again = await planned({ unit: 2, startsAt: "2027-06-10T08:00:00Z", makeUp: true });
  await by(sam(), "bookSession", again);
  now = new Date("2027-06-10T16:00:00Z");
  for (let times = 0; times < 2; times += 1) await attendance(again, [{ personId: year.subjectLeaderId }]);
  expect(await training()).toMatchObject({ complete: true, units: [{}, { attendedOn: "2027-06-10" }] });
  const told = (await service.emitted("training.completed")).filter(({ aggregate }) => aggregate === year.enrolmentId);
  expect(told.map(({ payload }) => payload)).toEqual([
    { enrolmentId: year.enrolmentId, schoolId: year.schoolId, completedOn: "2027-06-10" },
  ]);
  const { data } = await service.query(
    sam(),
    "query ($id: ID!) { enrolment(id: $id) { milestones { audience name state doneOn } } }",
    { id: year.enrolmentId },
  );
  const sessions = data.enrolment.milestones.filter(({ name }: { name: string }) => name.includes("ession"));
  expect(sessions.map((row: Record<string, string>) => [row["audience"], row["state"], row["doneOn"]])).toEqual(
    expect.arrayContaining([
      ["SCHOOL", "DONE", "2026-10-20"],
      ["SCHOOL", "DONE", "2027-06-10"],
      ["HUB_LEADER", "DONE", "2026-10-20"],
      ["HUB_LEADER", "DONE", "2027-04-20"],
    ]),
  );
  expect(sessions).toHaveLength(4);
});

test("a register names only participants, all of it or nothing, and only those who hold the session see it", async () => {
  const id = await planned();
  await by(sam(), "bookSession", id);
  now = new Date("2026-10-20T16:00:00Z");
  const refused = await attendance(id, [{ personId: year.subjectLeaderId }, { personId: "per_nobody" }]);
  expect(code(refused)).toBe("NOT_A_PARTICIPANT");
  expect(refused.errors?.[0]?.extensions["personIds"]).toEqual(["per_nobody"]);
  expect(code(await attendance(id, [{ personId: year.subjectLeaderId, minutes: 361 }]))).toBe("BAD_USER_INPUT");
  expect((await training()).cpd).toEqual([]);
  expect((await training()).sessions[0]).toMatchObject({ booked: true, register: null });
  expect((await training(leader())).sessions[0].register).toEqual([
    { person: { id: year.subjectLeaderId }, minutesAttended: null },
  ]);
  await attendance(id, [{ personId: year.subjectLeaderId }]);
  await attendance(id, []);
  expect((await training(leader())).sessions[0].register[0].minutesAttended).toBe(0);
});

test("the last place is given once", async () => {
  const other = await steps.anActiveYear({ roundId: year.roundId, hubId: year.hubId });
  const id = await planned({ capacity: 1 });
  const answers = await Promise.all([
    by(sam(), "bookSession", id),
    by(subjectLeader(other.schoolId, other.subjectLeaderId), "bookSession", id),
  ]);
  expect(answers.map((answer) => code(answer) ?? "booked").sort()).toEqual(["SESSION_FULL", "booked"]);
});

test("a place can be given back until the session begins, and a unit is attended once", async () => {
  const id = await planned();
  await by(sam(), "bookSession", id);
  expect((await by(sam(), "giveUpBooking", id)).data.giveUpBooking.booked).toBe(false);
  await by(sam(), "bookSession", id);
  const later = await planned({ startsAt: "2026-10-27T08:00:00Z" });
  now = new Date("2026-10-20T16:00:00Z");
  expect(code(await by(sam(), "giveUpBooking", id))).toBe("SESSION_OVER");
  expect(code(await by(sam(), "bookSession", id))).toBe("SESSION_OVER");
  await attendance(id, [{ personId: year.subjectLeaderId }]);
  expect(code(await by(sam(), "bookSession", later))).toBe("UNIT_ALREADY_ATTENDED");
});

test("what cannot be planned is refused by its name", async () => {
  expect(code(await plan({ startsAt: "2026-08-31T08:00:00Z" }))).toBe("SESSION_IN_THE_PAST");
  expect(code(await plan({ unit: 3 }))).toBe("UNKNOWN_UNIT");
  expect(code(await plan({ place: " " }))).toBe("BAD_USER_INPUT");
  expect(code(await plan({ capacity: 0 }))).toBe("BAD_USER_INPUT");
  expect(code(await plan({ roundId: "rnd_none" }))).toBe("NOT_FOUND");
  expect(code(await plan({ hubId: "hub_none" }, programmeTeam()))).toBe("NOT_FOUND");
  expect(code(await plan({}, hubLeader("hub_other")))).toBe("FORBIDDEN");
  expect(code(await plan({}, mentor(year.hubId)))).toBe("FORBIDDEN");
});

test("who has no part in a session is not told that it exists, and who may see it may not do everything", async () => {
  const id = await planned();
  expect(code(await by(subjectLeader("sch_other"), "bookSession", id))).toBe("NOT_FOUND");
  expect(code(await by(hubLeader("hub_other"), "cancelSession", id))).toBe("NOT_FOUND");
  expect(code(await attendance(id, [], mentor("hub_other")))).toBe("NOT_FOUND");
  expect(code(await by(headTeacher(year.schoolId), "bookSession", id))).toBe("FORBIDDEN");
  const headAndLeader = { ...hubLeader("hub_other"), schools: headTeacher(year.schoolId).schools };
  expect(code(await by(headAndLeader, "cancelSession", id))).toBe("FORBIDDEN");
});

test("a cancelled session is neither booked, moved nor cancelled again", async () => {
  const id = await planned();
  expect((await by(leader(), "cancelSession", id)).data.cancelSession.cancelledAt).toBe(start.toISOString());
  expect(code(await by(leader(), "cancelSession", id))).toBe("SESSION_CANCELLED");
  expect(code(await by(sam(), "bookSession", id))).toBe("SESSION_CANCELLED");
  expect(
    code(await did(leader(), "moveSession", "MoveSessionInput", { sessionId: id, startsAt: "2026-10-21T08:00:00Z" })),
  ).toBe("SESSION_CANCELLED");
});

/** The sessions of a feed as instants, by a library that did not write it and knows London only from the feed. */
async function feed(path: string) {
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "programme", viewer: anonymous, body: "" });
  const text = await (await fetch(new URL(path, service.url), { headers: { [VIEWER_HEADER]: signature } })).text();
  const calendar = new ICAL.Component(ICAL.parse(text));
  const [zone] = calendar.getAllSubcomponents("vtimezone").map((component) => new ICAL.Timezone(component));
  expect(zone?.tzid).toBe("Europe/London");
  return calendar.getAllSubcomponents("vevent").flatMap((component) => {
    const event = new ICAL.Event(component);
    if (!event.uid.startsWith("ses_")) return [];
    const instant = (time: ICAL.Time) => {
      expect(time.zone?.tzid).toBe("Europe/London");
      return new Date(time.convertToZone(ICAL.Timezone.utcTimezone).toJSDate().getTime()).toISOString();
    };
    return [
      {
        uid: event.uid,
        startsAt: instant(event.startDate),
        endsAt: instant(event.endDate),
        local: event.startDate.toString(),
        sequence: event.sequence,
        status: component.getFirstPropertyValue("status"),
        description: event.description,
      },
    ];
  });
}

test("a calendar shows booked sessions at the same moments on both sides of the clock changes; moved ones update, cancelled ones say so", async () => {
  // The Friday before and the Monday after 25 October 2026; 28 March 2027 for a make-up.
  const moments = [
    "2026-10-23T08:00:00.000Z",
    "2026-10-26T09:00:00.000Z",
    "2027-03-26T09:00:00.000Z",
    "2027-03-29T08:00:00.000Z",
  ];
  const ids: string[] = [];
  for (const startsAt of moments) {
    const id = await planned({ startsAt, makeUp: startsAt > "2026-11" });
    await by(sam(), "bookSession", id);
    ids.push(id);
  }
  const { data } = await service.query(sam(), "mutation { makeCalendarFeed { path } }");
  const { path } = data.makeCalendarFeed;
  const first = await feed(path);
  const byMoment = first.sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  expect(byMoment.map(({ startsAt }) => startsAt)).toEqual(moments);
  expect(byMoment.map(({ local }) => local.slice(11))).toEqual(Array(4).fill("09:00:00"));
  expect(byMoment.every(({ startsAt, endsAt }) => Date.parse(endsAt) - Date.parse(startsAt) === 360 * 60_000)).toBe(
    true,
  );

  await did(leader(), "moveSession", "MoveSessionInput", {
    sessionId: ids[0],
    startsAt: "2026-10-27T09:30:00Z",
    place: "Beverley",
  });
  await by(leader(), "cancelSession", ids[1] ?? "");
  const second = new Map((await feed(path)).map((event) => [event.uid, event]));
  expect(second.size).toBe(4);
  expect(second.get(`${ids[0]}@psqm`)).toMatchObject({
    startsAt: "2026-10-27T09:30:00.000Z",
    description: "Beverley",
    sequence: 1,
    status: "CONFIRMED",
  });
  expect(second.get(`${ids[1]}@psqm`)).toMatchObject({ startsAt: moments[1], sequence: 1, status: "CANCELLED" });
  expect(second.get(`${ids[2]}@psqm`)).toMatchObject({ startsAt: moments[2], sequence: 0, status: "CONFIRMED" });
});

test("training of many enrolments costs as many statements as of one", async () => {
  const cost = async () => {
    service.statements.length = 0;
    const { data, errors } = await service.query(
      leader(),
      "query ($hubId: ID!) { enrolments(hubId: $hubId, first: 50) { nodes { training { complete cpd { minutes } sessions { booked register { minutesAttended } } } } } }",
      { hubId: year.hubId },
    );
    expect(errors).toBeUndefined();
    return [data.enrolments.nodes.length, service.statements.length];
  };
  await planned();
  await planned({ startsAt: "2026-10-21T08:00:00Z" });
  const [one, statements] = await cost();
  for (let at = 0; at < 3; at += 1) await steps.anActiveYear({ hubId: year.hubId, roundId: year.roundId });
  expect(one).toBe(1);
  expect(await cost()).toEqual([4, statements]);
});
