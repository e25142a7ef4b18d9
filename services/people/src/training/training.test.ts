import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { hubLeader, mentor, programmeTeam } from "@psqm/testing/viewers";
import { people } from "../service.ts";
import { recordTraining } from "./record-training.ts";
import { removeTraining } from "./remove-training.ts";
import { TrainingKind, trainingExpected, trainingInTerm } from "./training.rules.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
  await service.database.em.fork().execute(`
    insert into person (id, name, email, created_at) values
      ('per_lena', 'Lena', 'lena@psqm.example', now()), ('per_mina', 'Mina', 'mina@psqm.example', now()),
      ('per_hq', 'Helen', 'helen@psqm.example', now());
    insert into hub (id, name) values ('hub_one', 'One');
    insert into hub_appointment (id, person_id, hub_id, role, started_on, term_ends_on) values
      ('app_1', 'per_lena', 'hub_one', 'HUB_LEADER', '2024-10-01', '2026-10-01'),
      ('app_2', 'per_mina', 'hub_one', 'MENTOR', '2025-10-01', '2026-10-01')`);
});
afterAll(() => service.close());
beforeEach(() => service.database.em.fork().execute("delete from training"));

const helen = programmeTeam("per_hq");
const hq = () => service.caller(helen);
const lena = hubLeader("hub_one", "per_lena");
const mina = mentor("hub_one", "per_mina");
const attend = (kind: TrainingKind, attendedOn: string, personId = "per_lena") =>
  recordTraining(hq(), { personId, kind, attendedOn, note: null });

test.each([
  ["001: attend initial PSQM hub leader training", "INITIAL_TRAINING", 1, false, false, "Document 001"],
  ["000: attend two train the trainers sessions annually", "TRAIN_THE_TRAINER", 2, true, false, "Document 000"],
  ["001: meetings, nominally 2 per year", "QUALITY_ASSURANCE_MEETING", 2, true, false, "Document 001"],
  ["001: (recommended) annual hub leader conference", "CONFERENCE", 1, true, true, "Document 001"],
])("document %s", (_passage, kind, times, isYearly, isRecommendation, document) => {
  expect(trainingExpected.find((each) => each.kind === kind)).toMatchObject({
    times,
    isYearly,
    isRecommendation,
    citation: expect.stringContaining(document),
  });
});

test("a term counts what was attended from its first day to the one before its end; the initial training counts for ever", () => {
  const attended = (kind: TrainingKind, ...days: string[]) => days.map((attendedOn) => ({ kind, attendedOn }));
  const known = [
    ...attended(TrainingKind.TrainTheTrainer, "2025-09-30", "2025-10-01", "2026-09-30", "2026-10-01"),
    ...attended(TrainingKind.InitialTraining, "2024-10-05"),
  ];
  const count = (role: string) =>
    trainingInTerm({ role, termEndsOn: "2026-10-01" }, known).map(({ expected, attended }) => [
      expected.kind,
      attended,
    ]);
  expect(count("HUB_LEADER")).toEqual([
    ["INITIAL_TRAINING", 1],
    ["TRAIN_THE_TRAINER", 2],
    ["QUALITY_ASSURANCE_MEETING", 0],
    ["CONFERENCE", 0],
  ]);
  expect(count("MENTOR")).toEqual([["TRAIN_THE_TRAINER", 2]]);
});

test("the team records who attended what; the person and the team read it, and what the term still asks for", async () => {
  const record =
    "mutation ($input: RecordTrainingInput!) { recordTraining(input: $input) { id kind attendedOn note } }";
  const input = { personId: "per_lena", kind: "TRAIN_THE_TRAINER", attendedOn: "2026-03-04", note: " York " };
  const { data } = await service.query(helen, record, { input });
  expect(data.recordTraining).toMatchObject({ kind: "TRAIN_THE_TRAINER", attendedOn: "2026-03-04", note: "York" });
  const read = '{ person(id: "per_lena") { training { kind } appointments { training { kind times attended } } } }';
  const readBy = async (viewer: Viewer) => (await service.query(viewer, read)).data.person;
  const whole = {
    training: [{ kind: "TRAIN_THE_TRAINER" }],
    appointments: [
      {
        training: [
          { kind: "INITIAL_TRAINING", times: 1, attended: 0 },
          { kind: "TRAIN_THE_TRAINER", times: 2, attended: 1 },
          { kind: "QUALITY_ASSURANCE_MEETING", times: 2, attended: 0 },
          { kind: "CONFERENCE", times: 1, attended: 0 },
        ],
      },
    ],
  };
  expect(await readBy(helen)).toEqual(whole);
  expect(await readBy(lena)).toEqual(whole);
  expect(await readBy(mina)).toEqual({ training: null, appointments: [{ training: null }] });
  const remove = `mutation ($id: ID!) { removeTraining(trainingId: $id) { name training { kind } } }`;
  const gone = { id: data.recordTraining.id };
  expect((await service.query(helen, remove, gone)).data.removeTraining).toEqual({ name: "Lena", training: [] });
  await expect(removeTraining(hq(), gone.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test.each([
  ["of tomorrow", { attendedOn: "2026-09-02" }, "BAD_USER_INPUT"],
  ["of nobody", { personId: "per_nobody" }, "NOT_FOUND"],
  ["with too long a note", { note: "x".repeat(501) }, "BAD_USER_INPUT"],
])("a training %s is refused", async (_what, wrong, code) => {
  const right = { personId: "per_lena", kind: TrainingKind.Conference, attendedOn: "2026-03-04", note: null };
  await expect(recordTraining(hq(), { ...right, ...wrong })).rejects.toMatchObject({ code });
});

test("a training is recorded once, even by two at once", async () => {
  const once = () => attend(TrainingKind.Conference, "2026-03-04");
  const attempts = await Promise.allSettled([once(), once()]);
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(attempts.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "TRAINING_ALREADY_RECORDED" },
  });
  await expect(attend(TrainingKind.Conference, "2026-03-04", "per_mina")).resolves.toBeDefined();
});

test("the logs and memberships of many people cost a statement each, however many they are", async () => {
  const ask = async (ids: string[]) => {
    service.statements.length = 0;
    const references = ids.map((id) => ({ __typename: "Person", id }));
    const selection =
      "... on Person { training { kind } aseMembership { number } appointments { training { attended } } }";
    expect((await service.entities(helen, references, selection)).errors).toBeUndefined();
    return service.statements.length;
  };
  expect(await ask(["per_lena"])).toBe(await ask(["per_lena", "per_mina", "per_hq"]));
});
