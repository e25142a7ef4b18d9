import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import {
  candidate,
  financeOfficer,
  headTeacher,
  hubLeader,
  mentor,
  partner,
  programmeTeam,
  secondParticipant,
  stranger,
  subjectLeader,
} from "@psqm/testing/viewers";
import fc from "fast-check";
import { seesReview, visibleReviews } from "./review/review.policy.ts";
import { Review } from "./review/review.ts";
import { assessment } from "./service.ts";
import { type ThinYear, yearUntil } from "./testing/thin-year.ts";

let service: TestSubgraph;
let reviewed: ThinYear;
let decided: ThinYear;
beforeAll(async () => {
  service = await startTestSubgraph(assessment);
  reviewed = await yearUntil(service, "reviewed");
  decided = await yearUntil(service, "decided");
});
afterAll(() => service.close());

const outsiders = (year: ThinYear): [string, Viewer][] => [
  ["anonymous", anonymous],
  ["a stranger", stranger()],
  ["the finance officer", financeOfficer()],
  ["a candidate", candidate()],
  ["a partner", partner()],
  ["another school's subject leader", subjectLeader("sch_else")],
  ["another school's second participant", secondParticipant("sch_else")],
  ["another school's head teacher", headTeacher("sch_else")],
  ["another hub's leader who is no reviewer of it", hubLeader("hub_else")],
  ["another hub's mentor", mentor("hub_else")],
  ["the reviewer, having ceased to lead any hub", { ...year.rafael, roles: [Role.Candidate], hubsLed: [] }],
];
const insiders = ({ sam, tess, harriet, lena, mina, hq }: ThinYear): [string, Viewer][] => [
  ["subject leader", sam],
  ["second participant", tess],
  ["head teacher", harriet],
  ["hub leader", lena],
  ["mentor", mina],
  ["programme team", hq],
];

test("everybody of the school, its hub and HQ sees the assessment with its reflections", async () => {
  for (const [who, viewer] of insiders(reviewed)) {
    const { data, errors } = await service.query(
      viewer,
      "query ($id: ID) { assessment(enrolmentId: $id) { reflections { text } submission { id } } }",
      { id: reviewed.enrolmentId },
    );
    expect([who, errors, data.assessment.reflections.length]).toEqual([who, undefined, 11]);
    expect(data.assessment.submission.id).toBe(reviewed.submissionId);
  }
});

test("to outsiders the assessment and the submission look as if they did not exist, by each way there is", async () => {
  const { enrolmentId, submissionId } = reviewed;
  const inside = await service.query(reviewed.hq, "query ($id: ID) { assessment(enrolmentId: $id) { id } }", {
    id: enrolmentId,
  });
  const assessmentId = inside.data.assessment.id;
  const ways = [
    ["query ($id: ID) { assessment(enrolmentId: $id) { id } }", enrolmentId],
    ["query ($id: ID) { assessment(id: $id) { id } }", assessmentId],
    ["query ($id: ID!) { submission(id: $id) { id } }", submissionId],
  ] as const;
  for (const [who, viewer] of outsiders(reviewed)) {
    for (const [document, id] of ways) {
      const real = await service.query(viewer, document, { id });
      const unknown = await service.query(viewer, document, { id: "no_such" });
      expect([who, JSON.stringify(real).replaceAll(id, "no_such")]).toEqual([who, JSON.stringify(unknown)]);
      expect(real.errors?.[0]?.extensions.code).toMatch(/^(NOT_FOUND|UNAUTHENTICATED|FORBIDDEN)$/);
    }
    const entities = await service.entities(
      viewer,
      [
        { __typename: "Assessment", id: assessmentId },
        { __typename: "Submission", id: submissionId },
        { __typename: "Enrolment", id: enrolmentId },
      ],
      "... on Assessment { id state } ... on Submission { id mark } ... on Enrolment { assessment { state } }",
    );
    expect([who, entities]).toEqual([who, { data: { _entities: [null, null, { assessment: null }] } }]);
  }
});

test("nobody outside can act on a school: what they may not see does not exist for them", async () => {
  const { enrolmentId, submissionId } = reviewed;
  const attempts: [Viewer, string][] = [
    [
      subjectLeader("sch_else"),
      `mutation { proposeTargetMark(input: { enrolmentId: "${enrolmentId}", mark: PSQM }) { id } }`,
    ],
    [subjectLeader("sch_else"), `mutation { submit(enrolmentId: "${enrolmentId}") { id } }`],
    [
      subjectLeader("sch_else"),
      `mutation { writeReflection(input: { enrolmentId: "${enrolmentId}", criterion: "SL-A", text: "x", version: 0 }) { id } }`,
    ],
    [
      hubLeader("hub_else"),
      `mutation { agreeTargetMark(input: { enrolmentId: "${enrolmentId}", mark: PSQM }) { id } }`,
    ],
    [hubLeader("hub_else"), `mutation { signOff(enrolmentId: "${enrolmentId}") { id } }`],
    [reviewed.rafael, `mutation { signOff(enrolmentId: "${enrolmentId}") { id } }`],
    [
      hubLeader("hub_else"),
      `mutation { completeReview(input: { submissionId: "${submissionId}", comment: "x" }) { id } }`,
    ],
  ];
  for (const [viewer, document] of attempts) {
    const { data, errors } = await service.query(viewer, document);
    expect([document, data, errors?.[0]?.extensions.code]).toEqual([document, null, "NOT_FOUND"]);
  }
});

test("who sees a school may still not do everything to it", async () => {
  const { enrolmentId, sam, lena, submissionId } = reviewed;
  const both = (viewer: Viewer, other: Viewer): Viewer => ({
    ...viewer,
    roles: [...viewer.roles, ...other.roles],
    hubsLed: [...viewer.hubsLed, ...other.hubsLed],
    schools: [...viewer.schools, ...other.schools],
  });
  const attempts: [Viewer, string][] = [
    // leads the hub, and is subject leader of another school: may not write for this one
    [
      both(lena, subjectLeader("sch_else")),
      `mutation { writeReflection(input: { enrolmentId: "${enrolmentId}", criterion: "SL-A", text: "x", version: 0 }) { id } }`,
    ],
    [both(lena, subjectLeader("sch_else")), `mutation { submit(enrolmentId: "${enrolmentId}") { id } }`],
    [
      both(lena, subjectLeader("sch_else")),
      `mutation { proposeTargetMark(input: { enrolmentId: "${enrolmentId}", mark: PSQM }) { id } }`,
    ],
    // belongs to the school, and leads another hub: may not agree or sign off in its hub's place
    [
      both(sam, hubLeader("hub_else")),
      `mutation { agreeTargetMark(input: { enrolmentId: "${enrolmentId}", mark: PSQM }) { id } }`,
    ],
    [both(sam, hubLeader("hub_else")), `mutation { signOff(enrolmentId: "${enrolmentId}") { id } }`],
    [lena, `mutation { completeReview(input: { submissionId: "${submissionId}", comment: "x" }) { id } }`],
  ];
  for (const [viewer, document] of attempts) {
    const { errors } = await service.query(viewer, document);
    expect([document, errors?.[0]?.extensions.code]).toEqual([document, "FORBIDDEN"]);
  }
});

test("a reviewer sees what was submitted, and nothing else of the school", async () => {
  const { rafael, submissionId, enrolmentId } = reviewed;
  const { data } = await service.query(
    rafael,
    "query ($id: ID!) { submission(id: $id) { mark reflections { text } assessment { id } reviews { reviewer { id } } } }",
    { id: submissionId },
  );
  expect(data.submission).toMatchObject({
    mark: "PSQM_GILT",
    assessment: null,
    reviews: [{ reviewer: { id: rafael.personId } }],
  });
  expect(data.submission.reflections).toHaveLength(11);
  const live = await service.query(
    rafael,
    "query ($id: ID) { assessment(enrolmentId: $id) { reflections { text } } }",
    { id: enrolmentId },
  );
  expect(live.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
});

test("the school and its hub see reviews only after the decision, and never who gave them", async () => {
  const document = "query ($id: ID!) { submission(id: $id) { reviews { comment reviewer { id } } } }";
  for (const [who, viewer] of insiders(reviewed)) {
    const { data } = await service.query(viewer, document, { id: reviewed.submissionId });
    expect([who, data.submission.reviews.length]).toEqual([who, who === "programme team" ? 1 : 0]);
  }
  for (const [who, viewer] of insiders(decided)) {
    const { data, errors } = await service.query(viewer, document, { id: decided.submissionId });
    const isHq = who === "programme team";
    const reviewer = isHq ? { id: decided.rafaelId } : null;
    expect([who, data.submission.reviews]).toEqual([who, [{ comment: "Convincing.", reviewer }]]);
    expect([who, errors?.[0]?.extensions.code]).toEqual([who, isHq ? undefined : "FORBIDDEN"]);
  }
});

test("the SQL that scopes reviews and the policy of a review agree about every viewer", async () => {
  const em = service.database.em.fork();
  const all = await em.find(Review, {});
  expect(all.length).toBeGreaterThanOrEqual(2);
  const persons = [reviewed.rafaelId, decided.rafaelId, "per_else"];
  const schools = [reviewed.schoolId, decided.schoolId, "sch_else"];
  const hubs = [reviewed.hubId, decided.hubId, "hub_else"];
  const viewers = fc.record({
    kind: fc.constant("person" as const),
    personId: fc.option(fc.constantFrom(...persons)),
    roles: fc.subarray(Object.values(Role)),
    hubsLed: fc.subarray(hubs),
    hubsMentored: fc.subarray(hubs),
    schools: fc.subarray(schools).map((ids) => ids.map((schoolId) => ({ schoolId, role: Role.HeadTeacher }))),
    partnerId: fc.constant(null),
    scopes: fc.constant<string[]>([]),
  });
  await fc.assert(
    fc.asyncProperty(viewers, async (viewer) => {
      const bySql = await service.database.em.fork().find(Review, visibleReviews(viewer) as never);
      const byPolicy = all.filter((review) => seesReview.allows(viewer, review));
      expect(bySql.map(({ id }) => id).sort()).toEqual(byPolicy.map(({ id }) => id).sort());
    }),
    { numRuns: 60 },
  );
});

test("only HQ lists all submissions, and a reviewer's list is their own", async () => {
  const list = "{ submissions(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } }";
  const { data } = await service.query(programmeTeam(), list);
  expect(data.submissions).toMatchObject({ nodes: [{ id: decided.submissionId }], pageInfo: { hasNextPage: true } });
  const { endCursor } = data.submissions.pageInfo;
  const next = await service.query(
    programmeTeam(),
    "query ($after: String) { submissions(first: 5, after: $after) { nodes { id } } }",
    { after: endCursor },
  );
  expect(next.data.submissions.nodes).toEqual([{ id: reviewed.submissionId }]);
  const waiting = await yearUntil(service, "assigned");
  const toReview = "{ submissionsToReview { nodes { id } } }";
  expect((await service.query(waiting.rafael, toReview)).data.submissionsToReview.nodes).toEqual([
    { id: waiting.submissionId },
  ]);
  expect((await service.query(reviewed.rafael, toReview)).data.submissionsToReview.nodes).toEqual([]);
});
