import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import ICAL from "ical.js";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

let now = new Date("2026-09-01T09:00:00Z");
let service: TestSubgraph;
let steps: ReturnType<typeof activeYears>;
beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => now });
  steps = activeYears(service);
});
afterAll(() => service.close());

const owner = ({ schoolId, subjectLeaderId }: ActiveYear) => subjectLeader(schoolId, subjectLeaderId);

async function makeFeed(viewer: Viewer): Promise<string> {
  const { data, errors } = await service.query(viewer, "mutation { makeCalendarFeed { path madeAt lastReadAt } }");
  expect(errors).toBeUndefined();
  expect(data.makeCalendarFeed.path).toMatch(/^\/calendar\/[\w-]{43}\.ics$/);
  return data.makeCalendarFeed.path;
}

/** As a calendar program: nothing but the path; the gateway signs for nobody. */
async function get(path: string): Promise<Response> {
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "programme", viewer: anonymous, body: "" });
  return fetch(new URL(path, service.url), { headers: { [VIEWER_HEADER]: signature } });
}

/** The feed as a library reads it that did not write it. */
async function read(path: string) {
  const answer = await get(path);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
  expect(answer.headers.get("cache-control")).toContain("no-store");
  const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      day: event.startDate.toString(),
      allDay: event.startDate.isDate,
      summary: event.summary,
      description: event.description,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      stamp: String(component.getFirstPropertyValue("dtstamp")),
    };
  });
}

const withdraw = (enrolmentId: string) =>
  service.query(
    programmeTeam(),
    "mutation ($input: WithdrawEnrolmentInput!) { withdrawEnrolment(input: $input) { id } }",
    { input: { enrolmentId, reason: "Left." } },
  );

test("a subject leader's calendar has each milestone on the working day by which it is due, on both sides of the clock changes", async () => {
  const year = await steps.anActiveYear();
  const events = await read(await makeFeed(owner(year)));
  expect(events.every(({ allDay, status, sequence }) => allDay && status === "CONFIRMED" && sequence === 0)).toBe(true);
  // Clocks change on 25 October 2026 and 28 March 2027. 31 October is a Saturday.
  expect(events.map(({ summary, day }) => [summary.replace(" (Wolds Edge Primary School)", ""), day]).sort()).toEqual(
    [
      ["Day 1 / Session 1 training", "2026-11-02"],
      ["Audit current practice against the PSQM criteria", "2026-11-02"],
      ["Decide on the target mark", "2026-11-02"],
      ["Complete the action plan and upload it", "2026-11-30"],
      ["Session 2 training", "2026-11-30"],
      ["Implement the action plan, collect evidence", "2027-03-31"],
      ["Session 3 training", "2027-03-31"],
      ["Day 2 / Session 4 training", "2027-04-30"],
      ["Submit reflections with supporting evidence", "2027-06-30"],
      ["Award notification", "2027-09-30"],
      ["Award ceremony", "2027-11-30"],
    ].sort(),
  );
  expect(new Set(events.map(({ stamp }) => stamp))).toEqual(new Set(["2026-09-01T09:00:00Z"]));
  expect(events[0]?.description).toMatch(/^From 20\d\d-\d\d-\d\d until .*\nSource: 001, /s);
});

test("read again it is the same to the letter", async () => {
  const path = await makeFeed(owner(await steps.anActiveYear()));
  const [first, second] = [await (await get(path)).text(), await (await get(path)).text()];
  expect(second).toBe(first);
});

test("when the school leaves, what is still to come is cancelled under its own uid, and what is past stays", async () => {
  const year = await steps.anActiveYear();
  const path = await makeFeed(owner(year));
  const before = await read(path);
  now = new Date("2026-12-01T09:00:00Z");
  await withdraw(year.enrolmentId);
  const after = await read(path);
  expect(after.map(({ uid }) => uid).sort()).toEqual(before.map(({ uid }) => uid).sort());
  for (const { day, status, sequence } of after) {
    expect([status, sequence]).toEqual(day < "2026-12-01" ? ["CONFIRMED", 0] : ["CANCELLED", 1]);
  }
  expect(await read(path)).toEqual(after);
  now = new Date("2026-09-01T09:00:00Z");
});

test("a hub leader has the hub leader's days of each school, as people told of the appointment, and none after it", async () => {
  const year = await steps.anActiveYear();
  const appointment = { appointmentId: "app_1", hubId: year.hubId, personId: "per_lena", role: "HUB_LEADER" };
  await service.deliver("people", "hub-appointment.started", year.hubId, { ...appointment, on: "2026-09-01" });
  const path = await makeFeed(hubLeader(year.hubId, "per_lena"));
  const days = await read(path);
  expect(days).toHaveLength(11);
  expect(days.find(({ summary }) => summary.startsWith("Day 2"))?.day).toBe("2027-06-01");
  await service.deliver("people", "hub-appointment.ended", year.hubId, { ...appointment, on: "2026-09-02" });
  expect((await read(path)).every(({ status }) => status === "CANCELLED")).toBe(true);
});

test("a feed is its owner's alone: by its secret, until it is revoked or made anew", async () => {
  const viewer = owner(await steps.anActiveYear());
  const first = await makeFeed(viewer);
  await read(first);
  const ask = async () => (await service.query(viewer, "{ myCalendarFeed { path lastReadAt } }")).data.myCalendarFeed;
  expect(await ask()).toEqual({ path: null, lastReadAt: now.toISOString() });
  const second = await makeFeed(viewer);
  expect((await get(first)).status).toBe(404);
  expect(await read(second)).toHaveLength(11);
  const revoke = () => service.query(viewer, "mutation { revokeCalendarFeed { path lastReadAt } }");
  expect((await revoke()).data.revokeCalendarFeed).toEqual({ path: null, lastReadAt: now.toISOString() });
  expect((await get(second)).status).toBe(404);
  expect(await ask()).toBeNull();
  expect((await revoke()).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
});

test.each(["/calendar/short.ics", `/calendar/${"x".repeat(43)}.ics`, `/calendar/${"x".repeat(43)}`])(
  "%s is nobody's calendar",
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test("the secret is not in the database", async () => {
  const path = await makeFeed(owner(await steps.anActiveYear()));
  const rows = await service.database.em.fork().execute("select * from calendar_feed");
  expect(JSON.stringify(rows)).not.toContain(path.slice("/calendar/".length, -".ics".length));
});

test("two readings at once tell the same, and count no change twice", async () => {
  const year = await steps.anActiveYear();
  const path = await makeFeed(owner(year));
  await read(path);
  await withdraw(year.enrolmentId);
  const both = await Promise.all([read(path), read(path)]);
  expect(both[0]).toEqual(both[1]);
  expect(both[0]?.every(({ sequence }) => sequence === 1)).toBe(true);
});

test("a hub has a feed of its own: its leaders' days and its sessions, at their hours on both sides of the clock change", async () => {
  const year = await steps.anActiveYear();
  const lena = hubLeader(year.hubId, "per_lena");
  const make = async (viewer: Viewer, hubId = year.hubId) =>
    service.query(viewer, "mutation ($id: ID!) { makeHubCalendarFeed(hubId: $id) { path } }", { id: hubId });
  for (const viewer of [hubLeader("hub_other"), mentor(year.hubId)]) {
    expect((await make(viewer)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  }
  expect((await make(programmeTeam(), "hub_none")).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  const { path } = (await make(lena)).data.makeHubCalendarFeed;
  const session = (startsAt: string) =>
    service.query(lena, "mutation ($input: PlanSessionInput!) { planSession(input: $input) { id } }", {
      input: { hubId: year.hubId, roundId: year.roundId, unit: 1, startsAt, place: "Hull" },
    });
  // Saturday before and Sunday of the change in October: both at ten o'clock in London.
  const moved = (await session("2026-10-24T09:00:00Z")).data.planSession.id;
  await session("2026-10-25T10:00:00Z");
  const sessions = async () =>
    (await read(path))
      .filter(({ allDay }) => !allDay)
      .map(({ uid, day, sequence, status }) => ({ uid, day, sequence, status }));
  const before = await sessions();
  expect(before.map(({ day }) => day)).toEqual(["2026-10-24T10:00:00", "2026-10-25T10:00:00"]);
  expect((await read(path)).filter(({ allDay }) => allDay)).toHaveLength(11);
  await service.query(lena, "mutation ($input: MoveSessionInput!) { moveSession(input: $input) { id } }", {
    input: { sessionId: moved, startsAt: "2026-10-26T10:00:00Z" },
  });
  expect(await sessions()).toEqual([
    before[1],
    { uid: before[0]?.uid, day: "2026-10-26T10:00:00", sequence: 1, status: "CONFIRMED" },
  ]);
  const feed = async (viewer: Viewer) =>
    (await service.query(viewer, "query ($id: ID!) { hub(id: $id) { calendarFeed { path } } }", { id: year.hubId }))
      .data.hub.calendarFeed;
  expect([await feed(lena), await feed(hubLeader("hub_other"))]).toEqual([{ path: null }, null]);
  const revoke = (viewer: Viewer) =>
    service.query(viewer, "mutation ($id: ID!) { revokeHubCalendarFeed(hubId: $id) { path } }", { id: year.hubId });
  expect((await revoke(hubLeader("hub_other"))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  expect((await revoke(lena)).errors).toBeUndefined();
  expect((await get(path)).status).toBe(404);
  expect((await revoke(lena)).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
});

test("an extension moves one item of the school's calendar under its own uid", async () => {
  const year = await steps.anActiveYear();
  const path = await makeFeed(owner(year));
  const target = async () => (await read(path)).find(({ summary }) => summary.startsWith("Decide on the target mark"));
  const before = await target();
  await service.query(
    programmeTeam(),
    "mutation ($input: ExtendMilestoneInput!) { extendMilestone(input: $input) { id } }",
    {
      input: {
        enrolmentId: year.enrolmentId,
        audience: "SCHOOL",
        key: "TARGET_MARK",
        until: "2026-12-04",
        reason: "Illness.",
      },
    },
  );
  expect(await target()).toMatchObject({ uid: before?.uid, day: "2026-12-04", sequence: 1, status: "CONFIRMED" });
});
