import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { programme } from "../service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());
beforeEach(async () => {
  await service.database.em.fork().execute("delete from round");
});

const hq = programmeTeam();

const openRound = (input: object, viewer = hq) =>
  service.query(
    viewer,
    `mutation ($input: OpenRoundInput!) {
      openRound(input: $input) { id number pattern year state startsOn submissionDueOn notifiesOn }
    }`,
    { input: { number: 8, pattern: "AUTUMN", year: 2026, ...input } },
  );

test("a round opens with the dates of its calendar and the rules of its day, and the others hear of it", async () => {
  const { data, errors } = await openRound({});
  expect(errors).toBeUndefined();
  const { id } = data.openRound;
  expect(data.openRound).toEqual({
    id: expect.stringMatching(/^rnd_/),
    number: 8,
    pattern: "AUTUMN",
    year: 2026,
    state: "OPEN",
    startsOn: "2026-09-01",
    submissionDueOn: "2027-06-30",
    notifiesOn: "2027-09-30",
  });
  expect((await service.emitted("round.opened")).at(-1)).toMatchObject({
    aggregate: id,
    payload: {
      roundId: id,
      number: 8,
      pattern: "AUTUMN",
      startsOn: "2026-09-01",
      submissionDueOn: "2027-06-30",
      notifiesOn: "2027-09-30",
      rules: {
        feeSchedule: "fees-s2",
        payRates: "pay-s1",
        framework: "framework-s2",
        deliveryModel: "four-sessions",
        calendar: "calendar-s1-s2",
      },
    },
  });
});

test("milestones and rules can be read back with their sources", async () => {
  const { id } = (await openRound({ pattern: "SPRING", year: 2027 })).data.openRound;
  const { data } = await service.query(
    subjectLeader("sch_one"),
    `query ($id: ID!) { round(id: $id) { milestones { audience name from until source } rules { name version citation } } }`,
    { id },
  );
  expect(data.round.milestones).toHaveLength(22);
  expect(data.round.milestones).toContainEqual({
    audience: "HUB_LEADER",
    name: "Review submissions",
    from: "2028-04-01",
    until: "2028-05-31",
    source:
      '001, "Calendar Spring Round - hub leaders", column "April"; 002, "What is the PSQM process?", cohort Spring, Review period',
  });
  expect(data.round.rules).toContainEqual({
    name: "feeSchedule",
    version: "fees-s2",
    citation: expect.stringContaining("£925"),
  });
});

test("a number is given once, even to two at once", async () => {
  const answers = await Promise.all([openRound({}), openRound({ pattern: "SPRING" })]);
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "opened").sort()).toEqual([
    "ROUND_NUMBER_TAKEN",
    "opened",
  ]);
});

test.each([{ number: 0 }, { year: 1999 }])("a round with %j is refused", async (part) => {
  expect((await openRound(part)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

test("registration is closed once", async () => {
  const { id } = (await openRound({})).data.openRound;
  const close = (roundId: string) =>
    service.query(hq, `mutation ($roundId: ID!) { closeRegistration(roundId: $roundId) { state } }`, { roundId });
  expect((await close(id)).data.closeRegistration).toEqual({ state: "CLOSED" });
  expect((await close(id)).errors?.[0]?.extensions.code).toBe("ILLEGAL_TRANSITION");
  expect((await close("rnd_none")).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
});

test("nobody but the programme team opens rounds", async () => {
  expect((await openRound({}, headTeacher("sch_one"))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  expect((await openRound({}, anonymous)).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("rounds are listed with the latest number first", async () => {
  for (const number of [7, 9, 8]) await openRound({ number });
  const { data } = await service.query(headTeacher("sch_one"), `{ rounds { nodes { number } } }`);
  expect(data.rounds.nodes.map(({ number }: { number: number }) => number)).toEqual([9, 8, 7]);
});

test("many references to rounds take one statement", async () => {
  const ids: string[] = [];
  for (let number = 1; number <= 10; number += 1) ids.push((await openRound({ number })).data.openRound.id);
  service.statements.length = 0;
  const { data } = await service.entities(
    hq,
    [...ids, "rnd_none"].map((id) => ({ __typename: "Round", id })),
    "... on Round { id number milestones { name } rules { version } }",
  );
  expect(data._entities.map((round: { id: string } | null) => round?.id)).toEqual([...ids, undefined]);
  expect(service.statements).toHaveLength(1);
});
