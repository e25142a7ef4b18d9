import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { programmeTeam } from "@psqm/testing/viewers";
import { CalendarPattern } from "../calendar/calendar.rules.ts";
import { createHub } from "../hub/create-hub.ts";
import { Hub } from "../hub/hub.ts";
import { openRound } from "../round/open-round.ts";
import { RoundClosed, RoundState } from "../round/round.rules.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { programme } from "../service.ts";
import { acceptPlace } from "./accept-place.ts";
import { AlreadyRegistered, EnrolmentState, HubFull } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { offerPlace } from "./offer-place.ts";
import { registerSchool } from "./register-school.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());

const hq = () => service.caller(programmeTeam());
let rounds = 0;

async function aSchool(): Promise<string> {
  const schoolId = newId("sch");
  await service.deliver("people", "schools.changed", "school-register", {
    schools: [
      { schoolId, urn: "1", name: "Wolds Edge", localAuthority: "Hull", phase: "Primary", status: "OPEN", pupils: 64 },
    ],
  });
  return schoolId;
}

const aRound = () => openRound(hq(), { number: ++rounds, pattern: CalendarPattern.Autumn, year: 2026 });
const aHub = (capacity: number) =>
  createHub(hq(), { name: newId("Hub"), area: "Humber", capacity, leaderId: "per_lena" });

async function registered(): Promise<Enrolment> {
  return registerSchool(hq(), { schoolId: await aSchool(), roundId: (await aRound()).id });
}

async function offered(): Promise<Enrolment> {
  const { id } = await registered();
  return offerPlace(hq(), { enrolmentId: id, hubId: (await aHub(5)).id });
}

async function blocked(): Promise<number> {
  const rows = await service.database.em
    .fork()
    .execute<{ count: number }[]>(
      "select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
  return rows[0]?.count ?? 0;
}

/** Holds the row until all attempts are queued behind it, so that they truly overlap; gives what became of each. */
async function together(
  entity: typeof Hub | typeof Round | typeof SchoolRecord | typeof Enrolment,
  id: string,
  attempts: (() => Promise<unknown>)[],
  meanwhile?: (row: Hub | Round | SchoolRecord | Enrolment) => void,
): Promise<unknown[]> {
  const queued = await service.database.em.fork().transactional(async (holder) => {
    const row = await holder.findOneOrFail(entity as typeof Hub, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const waiting = attempts.map((attempt) => attempt().catch((error: unknown) => error));
    await until("all attempts wait for the row", async () => (await blocked()) === attempts.length);
    meanwhile?.(row);
    return { waiting };
  });
  return Promise.all(queued.waiting);
}

test("of two who register a school at once, one does and the other is told", async () => {
  const [schoolId, round] = [await aSchool(), await aRound()];
  const attempt = () => registerSchool(hq(), { schoolId, roundId: round.id });
  const outcomes = await together(SchoolRecord, schoolId, [attempt, attempt]);
  expect(outcomes).toContainEqual(expect.any(Enrolment));
  expect(outcomes).toContainEqual(expect.any(AlreadyRegistered));
});

test("the last place of a hub is given once", async () => {
  const [one, two, hub] = [await registered(), await registered(), await aHub(1)];
  const outcomes = await together(
    Hub,
    hub.id,
    [one, two].map(
      ({ id }) =>
        () =>
          offerPlace(hq(), { enrolmentId: id, hubId: hub.id }),
    ),
  );
  expect(outcomes).toContainEqual(expect.any(HubFull));
  expect(outcomes).toContainEqual(expect.objectContaining({ state: EnrolmentState.Offered }));
});

test("who registers while registration is being closed comes too late", async () => {
  const [schoolId, round] = [await aSchool(), await aRound()];
  const outcomes = await together(
    Round,
    round.id,
    [() => registerSchool(hq(), { schoolId, roundId: round.id })],
    (row) => {
      (row as Round).state = RoundState.Closed;
    },
  );
  expect(outcomes).toEqual([expect.any(RoundClosed)]);
});

test("of two who accept a place at once, one does and the others hear of it once", async () => {
  const { id, schoolId } = await offered();
  const attempt = () => acceptPlace(hq(), id);
  const outcomes = await together(SchoolRecord, schoolId, [attempt, attempt]);
  expect(outcomes).toContainEqual(expect.objectContaining({ code: "ILLEGAL_TRANSITION" }));
  const events = (await service.emitted("enrolment.confirmed")).filter(({ aggregate }) => aggregate === id);
  expect(events).toHaveLength(1);
});

test("a subject leader who joins at the moment of confirmation is missed by neither", async () => {
  const { id, schoolId } = await offered();
  await together(SchoolRecord, schoolId, [
    () => acceptPlace(hq(), id),
    () =>
      service.deliver("people", "school-membership.started", schoolId, {
        membershipId: newId("mem"),
        schoolId,
        personId: "per_sam",
        role: "SUBJECT_LEADER",
        on: "2026-09-01",
      }),
  ]);
  const enrolment = await service.database.em.fork().findOneOrFail(Enrolment, id);
  expect(enrolment.state).toBe(EnrolmentState.Active);
  const events = (await service.emitted()).filter(({ aggregate }) => aggregate === id);
  expect(events.map(({ type }) => type)).toEqual(["enrolment.confirmed", "enrolment.activated"]);
});
