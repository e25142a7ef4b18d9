import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, programmeTeam, stranger } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { activeYears } from "../testing/active-year.ts";

let service: TestSubgraph;
let steps: ReturnType<typeof activeYears>;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
  steps = activeYears(service);
});
afterAll(() => service.close());

const hubsFor = (schoolId: string, more = "", viewer = programmeTeam()) =>
  service.query(
    viewer,
    `query ($id: ID!) { hubsFor(schoolId: $id ${more}) { hub { kind area } eligibility reason } }`,
    {
      id: schoolId,
    },
  );

type Row = { hub: { kind: string }; eligibility: string; reason: string };
const of = (kind: string, { data }: Awaited<ReturnType<typeof hubsFor>>): Row =>
  data.hubsFor.find(({ hub }: Row) => hub.kind === kind);

test("everyone reads the directory, with its sources", async () => {
  const { data, errors } = await service.query(
    anonymous,
    "{ hubDirectory { kind area name stages settings ratings offers validFrom validUntil citation } }",
  );
  expect(errors).toBeUndefined();
  expect(data.hubDirectory).toHaveLength(9);
  expect(data.hubDirectory[1]).toMatchObject({ kind: "ENGLISH", area: "SUBJECTS", stages: ["PRIMARY"], ratings: null });
});

test("of a small primary, every kind of hub is told with a reason", async () => {
  const answer = await hubsFor(await steps.aSchool());
  expect(answer.errors).toBeUndefined();
  expect(answer.data.hubsFor.every(({ reason }: Row) => reason.endsWith("."))).toBe(true);
  expect(of("ENGLISH", answer).eligibility).toBe("ELIGIBLE");
  expect(of("LANGUAGES", answer)).toMatchObject({ eligibility: "NOT_ELIGIBLE" });
  expect(of("BEHAVIOUR", answer)).toMatchObject({ eligibility: "UNKNOWN" });
});

test("an inadequate-rated all-through school may be supported by all", async () => {
  const schoolId = await steps.aSchool({ phase: "All-through", type: "Academy converter" });
  const answer = await hubsFor(schoolId, ', ofstedRating: INADEQUATE, on: "2026-09-01"');
  expect(answer.data.hubsFor.map(({ eligibility }: Row) => eligibility)).toEqual(Array(9).fill("ELIGIBLE"));
});

test("a school of which the type was never told is judged by what is known, and a later event without it forgets nothing", async () => {
  const schoolId = await steps.aSchool({ type: undefined });
  expect(of("MATHS", await hubsFor(schoolId))).toMatchObject({
    eligibility: "UNKNOWN",
    reason: expect.stringContaining("has not been told here yet"),
  });
  const told = (parts: object) =>
    service.deliver("people", "schools.changed", "school-register", {
      schools: [
        { schoolId, urn: "1", name: "A", localAuthority: "B", phase: "Primary", status: "OPEN", pupils: 1, ...parts },
      ],
    });
  await told({ type: "Community school" });
  await told({});
  expect(of("MATHS", await hubsFor(schoolId)).eligibility).toBe("ELIGIBLE");
});

test("an unknown school is not found, and strangers do not ask", async () => {
  expect((await hubsFor("sch_none")).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  expect((await hubsFor("sch_none", "", stranger())).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("a head teacher asks about their own school; another one does not exist for them", async () => {
  const [own, other] = [await steps.aSchool(), await steps.aSchool()];
  const viewer = headTeacher(own);
  expect(of("ENGLISH", await hubsFor(own, "", viewer)).eligibility).toBe("ELIGIBLE");
  const refused = await hubsFor(other, "", viewer);
  const nowhere = await hubsFor("sch_none", "", viewer);
  expect(JSON.stringify(refused).replaceAll(other, "ID")).toBe(JSON.stringify(nowhere).replaceAll("sch_none", "ID"));
});
