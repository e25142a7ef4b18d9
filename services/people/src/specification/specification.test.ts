import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import { people } from "../service.ts";
import { criteriaAskedOf, evidenceKindsOf, type Specification } from "./specification.rules.ts";
import { specificationS0 } from "./specification-s0.rules.ts";
import { specificationS1 } from "./specification-s1.rules.ts";
import { currentSpecifications, specificationOf, specifications } from "./specifications.rules.ts";

const codes = (specification: Specification) => specification.criteria.map(({ number, code }) => `${number} ${code}`);
const criterion = (specification: Specification, code: string) =>
  specification.criteria.find((each) => each.code === code)!;
const evidence = (specification: Specification, code: string) =>
  criterion(specification, code).suggestedEvidence.map((kind) => kind.code);
const commitments = (specification: Specification) => criterion(specification, "COMMITMENT").commitments;
const shared = [
  "1 LED_CPD",
  "2 TAUGHT_SCIENCE",
  "3 SCIENCE_DEVELOPMENT",
  "4 UP_TO_DATE_KNOWLEDGE",
  "5 DEVELOPED_COLLEAGUES",
];

test("document 000 asks for seven things, the sixth membership of the ASE", () => {
  expect(codes(specificationS0)).toEqual([...shared, "6 ASE_MEMBER", "7 COMMITMENT"]);
  expect(specificationS0.citation).toBe("Document 000, Hub leader/Mentor: Person specification");
});

test("document 001 asks for seven things, the seventh the PSQM award of one's own school", () => {
  expect(codes(specificationS1)).toEqual([...shared, "6 COMMITMENT", "7 OWN_PSQM_AWARD"]);
  expect(specificationS1.citation).toBe("Document 001, Hub Leader specification");
});

test("document 000 is for hub leaders and mentors, document 001 for hub leaders", () => {
  expect(specificationS0.kinds).toEqual(["HUB_LEADER", "MENTOR"]);
  expect(specificationS1.kinds).toEqual(["HUB_LEADER"]);
  for (const kind of Object.values(CandidacyKind)) expect(currentSpecifications[kind].kinds).toContain(kind);
});

test.each([
  ["specification-s0", CandidacyKind.HubLeader, "a teacher", [1, 2, 3, 4, 5, 6, 7]],
  ["specification-s0", CandidacyKind.HubLeader, "no teacher", [1, 2, 3, 4, 5, 6, 7]],
  ["specification-s0", CandidacyKind.Mentor, "a teacher", [2, 3, 4, 5, 6, 7]],
  ["specification-s0", CandidacyKind.Mentor, "no teacher", [2, 3, 4, 5, 6, 7]],
  ["specification-s1", CandidacyKind.HubLeader, "a teacher", [1, 2, 3, 4, 5, 6, 7]],
  ["specification-s1", CandidacyKind.HubLeader, "no teacher", [1, 2, 3, 4, 5, 6]],
])(
  "%s asks of a %s who is %s: %j (documents 000, HUB LEADER ONLY; 001, Teachers only)",
  (version, kind, who, numbers) => {
    const asked = criteriaAskedOf(specificationOf(version), { kind, isTeacher: who === "a teacher" });
    expect(asked.map(({ number }) => number)).toEqual(numbers);
  },
);

test.each(specifications.map((specification) => [specification.version, specification] as const))(
  "%s suggests the evidence of documents 000 and 001 for its first five criteria",
  (_version, specification) => {
    expect(evidence(specification, "LED_CPD")).toEqual(["STAFF_MEETINGS_LED", "ASE_WORKSHOPS", "TRAINING_DELIVERED"]);
    expect(criterion(specification, "TAUGHT_SCIENCE").title).toContain("at least 2 different year groups in primary");
    expect(evidence(specification, "TAUGHT_SCIENCE")).toEqual(["HEAD_TEACHERS_LETTER"]);
    expect(criterion(specification, "SCIENCE_DEVELOPMENT").title).toContain("60/40 for primary/secondary");
    expect(criterion(specification, "SCIENCE_DEVELOPMENT").guidance).toContain("work in primary schools");
    expect(evidence(specification, "SCIENCE_DEVELOPMENT")).toEqual([
      "DEVELOPMENT_PLAN",
      "SCIENCE_WEEK",
      "OUTSIDE_PROJECT",
      "PSQM_AWARD",
    ]);
    expect(evidence(specification, "UP_TO_DATE_KNOWLEDGE")).toEqual(["SCIENCE_CPD"]);
    expect(evidence(specification, "DEVELOPED_COLLEAGUES")).toEqual([
      "AS_NQT_MENTOR",
      "AS_SUBJECT_LEADER",
      "AS_LA_ADVISER",
      "AS_CONSULTANT",
    ]);
  },
);

test("document 000 wants an ASE member's number and conferences or regional events", () => {
  expect(criterion(specificationS0, "ASE_MEMBER").guidance).toContain("Membership number");
  expect(evidence(specificationS0, "ASE_MEMBER")).toEqual(["ASE_CONFERENCES", "ASE_REGIONAL_EVENTS"]);
});

test("document 001 wants date and level of the award", () => {
  expect(evidence(specificationS1, "OWN_PSQM_AWARD")).toEqual(["AWARD_DATE_AND_LEVEL"]);
});

test("document 000: two train the trainers sessions and two training days a year, four hours a school, the panel", () => {
  expect(commitments(specificationS0)).toEqual([
    expect.objectContaining({ code: "TRAIN_THE_TRAINER", timesAYear: 2, isRecommendation: false }),
    expect.objectContaining({ code: "TRAINING_DAYS", timesAYear: 2, isRecommendation: false }),
    expect.objectContaining({ code: "MENTORING", minutesPerSchool: 4 * 60, isRecommendation: false }),
    expect.objectContaining({ code: "REVIEW_PANEL", isRecommendation: false }),
  ]);
});

test("document 001: initial training, two training days a year, four hours a school, the panel; the conference is recommended", () => {
  expect(commitments(specificationS1)).toEqual([
    expect.objectContaining({ code: "INITIAL_TRAINING", isRecommendation: false }),
    expect.objectContaining({ code: "TRAINING_DAYS", timesAYear: 2, isRecommendation: false }),
    expect.objectContaining({ code: "MENTORING", minutesPerSchool: 4 * 60, isRecommendation: false }),
    expect.objectContaining({ code: "REVIEW_PANEL", isRecommendation: false }),
    expect.objectContaining({ code: "CONFERENCE", timesAYear: 1, isRecommendation: true }),
  ]);
});

test.each(specifications)(
  "in $version every criterion takes other evidence, and no code is there twice",
  ({ criteria }) => {
    for (const each of criteria) {
      const kinds = evidenceKindsOf(each).map(({ code }) => code);
      expect(kinds.at(-1)).toBe("OTHER");
      expect(new Set(kinds).size).toBe(kinds.length);
    }
    expect(new Set(criteria.map(({ code }) => code)).size).toBe(criteria.length);
  },
);

test("a version that nobody has written is refused by its name", () => {
  expect(specificationOf("specification-s0")).toBe(specificationS0);
  expect(() => specificationOf("specification-s9")).toThrow("specification-s9");
});

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
});
afterAll(() => service.close());

test("anybody reads every version, and one by its name, as the documents have it", async () => {
  const all = "{ specifications { version currentFor criteria { number } } }";
  expect((await service.query(anonymous, all)).data.specifications).toEqual([
    {
      version: "specification-s0",
      currentFor: ["MENTOR"],
      criteria: [1, 2, 3, 4, 5, 6, 7].map((number) => ({ number })),
    },
    {
      version: "specification-s1",
      currentFor: ["HUB_LEADER"],
      criteria: [1, 2, 3, 4, 5, 6, 7].map((number) => ({ number })),
    },
  ]);
  const one = `query ($version: String!) {
    specification(version: $version) {
      citation kinds criteria { code condition evidenceKinds { code } commitments { code timesAYear minutesPerSchool isRecommendation } }
    }
  }`;
  const { data } = await service.query(anonymous, one, { version: "specification-s0" });
  expect(data.specification.citation).toContain("Document 000");
  expect(data.specification.criteria[0]).toEqual({
    code: "LED_CPD",
    condition: "HUB_LEADERS_ONLY",
    evidenceKinds: ["STAFF_MEETINGS_LED", "ASE_WORKSHOPS", "TRAINING_DELIVERED", "OTHER"].map((code) => ({ code })),
    commitments: [],
  });
  const unknown = await service.query(anonymous, one, { version: "specification-s9" });
  expect(unknown.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
});
