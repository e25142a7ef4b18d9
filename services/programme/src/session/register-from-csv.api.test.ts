import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";

let now = new Date("2026-09-01T09:00:00Z");
let service: TestSubgraph;
let one: ActiveYear;
let other: ActiveYear;
let sessionId: string;
const lena = () => hubLeader(one.hubId, "per_lena");

beforeAll(async () => {
  service = await startTestSubgraph(programme, { clock: () => now });
  const years = activeYears(service);
  one = await years.anActiveYear();
  other = await years.anActiveYear({ hubId: one.hubId, roundId: one.roundId });
  const { data } = await service.query(
    lena(),
    "mutation ($input: PlanSessionInput!) { planSession(input: $input) { id } }",
    { input: { hubId: one.hubId, roundId: one.roundId, unit: 1, startsAt: "2026-09-15T09:00:00Z", place: "Hull" } },
  );
  sessionId = data.planSession.id;
  now = new Date("2026-09-15T12:00:00Z");
});
afterAll(() => service.close());

const send = (csv: string, dryRun = false, viewer: Viewer = lena()) =>
  service.query(
    viewer,
    `mutation ($input: RegisterAttendanceFromCsvInput!) { registerAttendanceFromCsv(input: $input) {
       dryRun done refused rows { line code } } }`,
    { input: { sessionId, csv, dryRun } },
  );
const minutes = async () =>
  service.database.em
    .fork()
    .execute("select person_id, minutes_attended from booking where session_id = ? order by minutes_attended", [
      sessionId,
    ]);

test("a register with a thousand bad rows registers nobody, and says of each row why", async () => {
  const bad = Array.from({ length: 1000 }, (_, n) => `per_stranger-${n},`);
  const rows = [`${one.subjectLeaderId},`, `${one.subjectLeaderId},`, `${other.subjectLeaderId},181`, "x,y", ...bad];
  const { data, errors } = await send(["person,minutes", ...rows].join("\n"));
  expect(errors).toBeUndefined();
  const { rows: answers, ...counts } = data.registerAttendanceFromCsv;
  expect(counts).toEqual({ dryRun: false, done: 0, refused: 1004 });
  expect(answers.slice(0, 5)).toEqual([
    { line: 2, code: "HELD_UP" },
    { line: 3, code: "TWICE_IN_FILE" },
    { line: 4, code: "BAD_USER_INPUT" },
    { line: 5, code: "NOT_A_PARTICIPANT" },
    { line: 6, code: "NOT_A_PARTICIPANT" },
  ]);
  expect(await minutes()).toEqual([]);
});

test("one that holds is only looked at by a dry run, and then registers everybody at once", async () => {
  const csv = `minutes,person\n,${one.subjectLeaderId}\n90,${other.subjectLeaderId}\n`;
  expect((await send(csv, true)).data.registerAttendanceFromCsv).toMatchObject({ dryRun: true, done: 2, refused: 0 });
  expect(await minutes()).toEqual([]);
  expect((await send(csv, false, mentor(one.hubId))).data.registerAttendanceFromCsv).toMatchObject({ done: 2 });
  expect(await minutes()).toEqual([
    { person_id: other.subjectLeaderId, minutes_attended: 90 },
    { person_id: one.subjectLeaderId, minutes_attended: 180 },
  ]);
});

test("nobody registers for another hub, nor a school for itself, nor by another file", async () => {
  const csv = `person,minutes\n${one.subjectLeaderId},\n`;
  const code = async (answer: ReturnType<typeof send>) => (await answer).errors?.[0]?.extensions.code;
  expect(await code(send(csv, false, hubLeader("hub_other")))).toBe("NOT_FOUND");
  expect(await code(send(csv, false, subjectLeader(one.schoolId, one.subjectLeaderId)))).toBe("FORBIDDEN");
  expect(await code(send("name\nSam\n"))).toBe("BAD_USER_INPUT");
  now = new Date("2026-09-15T08:00:00Z");
  expect(await code(send(csv))).toBe("SESSION_NOT_BEGUN");
});
