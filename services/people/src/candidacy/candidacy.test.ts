import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { assertTransition } from "@psqm/refusal/transitions";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { candidate, hubLeader, programmeTeam, stranger } from "@psqm/testing/viewers";
import fc from "fast-check";
import { type EvidenceWritten, writeCandidacyEvidence } from "../candidacy-evidence/write-candidacy-evidence.ts";
import { CriterionVerdict } from "../candidacy-verdict/candidacy-verdict.rules.ts";
import { judgeCriterion } from "../candidacy-verdict/judge-criterion.ts";
import { appointToHub } from "../hub-appointment/appoint-to-hub.ts";
import { people } from "../service.ts";
import { forgetEverybody } from "../testing/forget-everybody.ts";
import { handedInCandidacy } from "../testing/handed-in-candidacy.ts";
import { amendCandidacy } from "./amend-candidacy.ts";
import { applyAsCandidate } from "./apply-as-candidate.ts";
import { appointCandidate } from "./appoint-candidate.ts";
import { askCandidateForEvidence } from "./ask-candidate-for-evidence.ts";
import { candidacyPolicy, visibleCandidacies } from "./candidacy.policy.ts";
import { CandidacyState, candidacyTransitions } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";
import { declineCandidate } from "./decline-candidate.ts";
import { reviewCandidacy } from "./review-candidacy.ts";
import { submitCandidacy } from "./submit-candidacy.ts";

let service: TestSubgraph;
/** Every verb of these tests happens a second after the one before it. */
let now = Date.parse("2026-09-01T09:00:00Z");
beforeAll(async () => {
  service = await startTestSubgraph(people, {
    clock: () => {
      now += 1000;
      return new Date(now);
    },
  });
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  await forgetEverybody(em);
  for (const name of ["carl", "dora", "hq", "hank"]) {
    await em.execute("insert into person (id, name, email, created_at) values (?, ?, ?, now())", [
      `per_${name}`,
      name,
      `${name}@psqm.example`,
    ]);
  }
  await em.execute("insert into hub (id, name) values ('hub_one', 'One')");
});

const carl = candidate("per_carl");
const helen = programmeTeam("per_hq");
const own = () => service.caller(carl);
const hq = () => service.caller(helen);
const sql = (text: string) => service.database.em.fork().execute<Record<string, unknown>[]>(text);

const draft = (parts: Partial<Parameters<typeof applyAsCandidate>[1]> = {}) =>
  applyAsCandidate(own(), { kind: CandidacyKind.HubLeader, statement: "I lead.", isTeacher: true, ...parts });

const piece = (candidacyId: string, parts: Partial<EvidenceWritten> = {}): EvidenceWritten => ({
  candidacyId,
  evidenceId: null,
  criterion: "LED_CPD",
  kind: "STAFF_MEETINGS_LED",
  text: "Twelve staff meetings.",
  startedOn: null,
  endedOn: null,
  referee: null,
  version: 0,
  ...parts,
});

async function judgeAll(candidacy: Candidacy, verdict: CriterionVerdict): Promise<void> {
  for (const { code } of candidacy.criteriaAsked()) {
    const [current] = await sql(
      `select version from candidacy_verdict where candidacy_id = '${candidacy.id}' and criterion = '${code}'`,
    );
    const version = (current?.["version"] as number | undefined) ?? 0;
    await judgeCriterion(hq(), { candidacyId: candidacy.id, criterion: code, verdict, comment: null, version });
  }
}

async function underReview(kind = CandidacyKind.HubLeader): Promise<Candidacy> {
  const { id } = await handedInCandidacy(own, kind);
  return reviewCandidacy(hq(), id);
}

const refused = (code: string) => expect.objectContaining({ code });

test("a candidacy goes the ways of the table and no other", () => {
  const ways = [
    "DRAFT SUBMITTED",
    "SUBMITTED UNDER_REVIEW",
    "SUBMITTED APPOINTED",
    "UNDER_REVIEW EVIDENCE_ASKED",
    "UNDER_REVIEW APPOINTED",
    "UNDER_REVIEW DECLINED",
    "EVIDENCE_ASKED UNDER_REVIEW",
    "EVIDENCE_ASKED APPOINTED",
    "EVIDENCE_ASKED DECLINED",
  ];
  const states = Object.values(CandidacyState);
  for (const from of states) {
    for (const to of states) {
      const go = () => assertTransition("candidacy", candidacyTransitions, from, to);
      if (ways.includes(`${from} ${to}`)) expect(go).not.toThrow();
      else expect(go).toThrow(refused("ILLEGAL_TRANSITION"));
    }
  }
});

test("one begins a draft, which pins the specification of its kind and makes nobody a candidate yet", async () => {
  const apply = `mutation ($input: ApplyAsCandidateInput!) {
    applyAsCandidate(input: $input) { state statement version submittedAt specification { version } missingEvidence person { name roles } }
  }`;
  const input = { kind: "HUB_LEADER", statement: " I lead. ", isTeacher: false };
  const { data } = await service.query(carl, apply, { input });
  expect(data.applyAsCandidate).toEqual({
    state: "DRAFT",
    statement: "I lead.",
    version: 1,
    submittedAt: null,
    specification: { version: "specification-s1" },
    missingEvidence: [
      "LED_CPD",
      "TAUGHT_SCIENCE",
      "SCIENCE_DEVELOPMENT",
      "UP_TO_DATE_KNOWLEDGE",
      "DEVELOPED_COLLEAGUES",
      "COMMITMENT",
    ],
    person: { name: "carl", roles: [] },
  });
  expect((await draft({ kind: CandidacyKind.Mentor })).specification).toBe("specification-s0");
});

test("one may ask for the other version where it is for the kind", async () => {
  await expect(draft({ specification: "specification-s0" })).resolves.toMatchObject({
    specification: "specification-s0",
  });
  await expect(draft({ kind: CandidacyKind.Mentor, specification: "specification-s1" })).rejects.toEqual(
    refused("SPECIFICATION_NOT_FOR_KIND"),
  );
  await expect(draft({ specification: "specification-s9" })).rejects.toEqual(refused("NOT_FOUND"));
});

test.each(["", "  ", "x".repeat(5001)])("a statement of no or too many characters is refused", async (statement) => {
  await expect(draft({ statement })).rejects.toEqual(refused("BAD_USER_INPUT"));
});

test("one has one undecided candidacy for each kind, and applies again after the decision", async () => {
  const first = await draft();
  await expect(draft()).rejects.toMatchObject({ code: "ALREADY_APPLIED", details: { candidacyId: first.id } });
  await draft({ kind: CandidacyKind.Mentor });
  await sql(`delete from candidacy_step; delete from candidacy`);
  const handedIn = await underReview();
  await expect(draft()).rejects.toEqual(refused("ALREADY_APPLIED"));
  await declineCandidate(hq(), { candidacyId: handedIn.id, reason: "Not yet." });
  await expect(draft()).resolves.toMatchObject({ state: "DRAFT" });
});

test("of two candidacies begun at once one is made and one refused by name", async () => {
  const attempts = await Promise.allSettled([draft(), draft()]);
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(attempts.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "ALREADY_APPLIED" } });
});

test("nobody but the candidate knows of a draft; the programme team sees what was handed in, and nobody else does", async () => {
  const { id } = await draft();
  const one = "query ($id: ID!) { candidacy(id: $id) { state } }";
  const all = "{ candidacies { nodes { state person { name } } } }";
  const sees = async (viewer: Viewer) => (await service.query(viewer, one, { id })).data.candidacy;
  expect(await sees(carl)).toEqual({ state: "DRAFT" });
  expect(await sees(helen)).toBeNull();
  expect((await service.query(helen, all)).data.candidacies.nodes).toEqual([]);
  await expect(reviewCandidacy(hq(), id)).rejects.toEqual(refused("NOT_FOUND"));
  await expect(submitCandidacy(service.caller(candidate("per_dora")), id)).rejects.toEqual(refused("NOT_FOUND"));

  await handedInCandidacy(() => service.caller(candidate("per_dora")), CandidacyKind.Mentor);
  expect((await service.query(helen, all)).data.candidacies.nodes).toEqual([
    { state: "SUBMITTED", person: { name: "dora" } },
  ]);
  const filtered = "{ candidacies(state: UNDER_REVIEW) { nodes { state } } }";
  expect((await service.query(helen, filtered)).data.candidacies.nodes).toEqual([]);
  expect((await service.query(carl, "{ myCandidacies { nodes { state } } }")).data.myCandidacies.nodes).toEqual([
    { state: "DRAFT" },
  ]);
  expect((await service.query(carl, all)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  for (const viewer of [candidate("per_dora"), hubLeader("hub_one", "per_hank")]) expect(await sees(viewer)).toBeNull();
  expect((await service.query(stranger(), one, { id })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  expect((await service.query(anonymous, one, { id })).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("the rule for a candidacy's row and the rule for lists of them agree for every viewer", async () => {
  await draft();
  const dora = () => service.caller(candidate("per_dora"));
  await handedInCandidacy(dora, CandidacyKind.Mentor);
  const rows = await service.database.em.fork().find(Candidacy, {}, { orderBy: { id: "asc" } });
  expect(rows).toHaveLength(2);
  const viewers = fc.record({
    personId: fc.constantFrom("per_carl", "per_dora", "per_hq", null),
    roles: fc.uniqueArray(fc.constantFrom(...Object.values(Role))),
  });
  await fc.assert(
    fc.asyncProperty(viewers, async (parts) => {
      const viewer: Viewer = { ...anonymous, kind: "person", ...parts };
      const em = service.database.em.fork();
      const listed = await em.find(Candidacy, visibleCandidacies(viewer), { orderBy: { id: "asc" } });
      const allowed = rows.filter((row) => candidacyPolicy.allows(viewer, row));
      expect(listed.map(({ id }) => id)).toEqual(allowed.map(({ id }) => id));
    }),
    { numRuns: 50 },
  );
});

test("evidence is written and rewritten in versions, and nothing that was written is lost", async () => {
  const { id } = await draft();
  const write = `mutation ($input: WriteCandidacyEvidenceInput!) {
    writeCandidacyEvidence(input: $input) { id criterion kind text startedOn endedOn referee version }
  }`;
  const input = { candidacyId: id, criterion: "SCIENCE_DEVELOPMENT", kind: "SCIENCE_WEEK" };
  const days = { startedOn: "2026-03-02", endedOn: "2026-03-06" };
  const first = await service.query(carl, write, {
    input: { ...input, ...days, text: " A week. ", referee: "Head, 01482", version: 0 },
  });
  const { id: evidenceId, ...written } = first.data.writeCandidacyEvidence;
  expect(written).toEqual({
    criterion: "SCIENCE_DEVELOPMENT",
    kind: "SCIENCE_WEEK",
    text: "A week.",
    ...days,
    referee: "Head, 01482",
    version: 1,
  });
  const change = { ...input, evidenceId, text: "A week, in two schools.", version: 1 };
  expect((await service.query(carl, write, { input: change })).data.writeCandidacyEvidence).toMatchObject({
    id: evidenceId,
    version: 2,
    startedOn: null,
  });
  const stale = await service.query(carl, write, { input: { ...change, text: "Mine." } });
  expect(stale.errors?.[0]?.extensions).toMatchObject({
    code: "STALE_VERSION",
    current: { version: 2, text: "A week, in two schools.", kind: "SCIENCE_WEEK" },
  });
  expect(await sql("select version, text from candidacy_evidence_version order by version")).toEqual([
    { version: 1, text: "A week." },
    { version: 2, text: "A week, in two schools." },
  ]);
  const read = await service.query(carl, "{ myCandidacies { nodes { missingEvidence evidence { version } } } }");
  expect(read.data.myCandidacies.nodes[0].evidence).toEqual([{ version: 2 }]);
  expect(read.data.myCandidacies.nodes[0].missingEvidence).not.toContain("SCIENCE_DEVELOPMENT");
});

test.each<[string, Partial<EvidenceWritten>, string]>([
  ["for a criterion that is not asked for", { criterion: "ASE_MEMBER" }, "BAD_USER_INPUT"],
  ["of a kind that another criterion has", { kind: "SCIENCE_WEEK" }, "BAD_USER_INPUT"],
  ["without text", { text: " " }, "BAD_USER_INPUT"],
  ["of more than 5000 characters", { text: "x".repeat(5001) }, "BAD_USER_INPUT"],
  ["of what is yet to come", { startedOn: "2026-09-02" }, "BAD_USER_INPUT"],
  ["of what ended before it began", { startedOn: "2026-03-02", endedOn: "2026-03-01" }, "BAD_USER_INPUT"],
  ["of what ended and never began", { endedOn: "2026-03-01" }, "BAD_USER_INPUT"],
  ["with a referee of more than 300 characters", { referee: "x".repeat(301) }, "BAD_USER_INPUT"],
  ["that is new and has a version", { version: 1 }, "BAD_USER_INPUT"],
  ["that does not exist", { evidenceId: "evd_nowhere", version: 1 }, "NOT_FOUND"],
])("evidence %s is refused", async (_what, wrong, code) => {
  const { id } = await draft();
  await expect(writeCandidacyEvidence(own(), piece(id, wrong))).rejects.toEqual(refused(code));
  expect(await sql("select 1 from candidacy_evidence")).toEqual([]);
});

test("a criterion takes twenty pieces of evidence; what is taken out of a draft makes room", async () => {
  const { id } = await draft();
  for (let each = 0; each < 20; each += 1) await writeCandidacyEvidence(own(), piece(id));
  await expect(writeCandidacyEvidence(own(), piece(id))).rejects.toEqual(refused("TOO_MUCH_EVIDENCE"));
  const [first] = await sql("select id from candidacy_evidence order by id limit 1");
  const remove = `mutation ($input: RemoveCandidacyEvidenceInput!) { removeCandidacyEvidence(input: $input) { evidence { id } } }`;
  const input = { candidacyId: id, evidenceId: first?.["id"] };
  expect((await service.query(carl, remove, { input })).data.removeCandidacyEvidence.evidence).toHaveLength(19);
  expect((await service.query(carl, remove, { input })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  await expect(writeCandidacyEvidence(own(), piece(id))).resolves.toBeDefined();
});

test("a statement is rewritten by version, in a draft", async () => {
  const { id } = await draft();
  const amend = `mutation ($input: AmendCandidacyInput!) { amendCandidacy(input: $input) { statement isTeacher version } }`;
  const input = { candidacyId: id, statement: "I lead better.", isTeacher: false, version: 1 };
  expect((await service.query(carl, amend, { input })).data.amendCandidacy).toEqual({
    statement: "I lead better.",
    isTeacher: false,
    version: 2,
  });
  expect((await service.query(carl, amend, { input })).errors?.[0]?.extensions).toMatchObject({
    code: "STALE_VERSION",
    current: { version: 2, statement: "I lead better." },
  });
});

test("a draft is handed in when every criterion has evidence", async () => {
  const { id } = await draft({ kind: CandidacyKind.Mentor });
  await writeCandidacyEvidence(own(), piece(id, { criterion: "COMMITMENT", kind: "OTHER" }));
  await expect(submitCandidacy(own(), id)).rejects.toMatchObject({
    code: "EVIDENCE_MISSING",
    details: {
      criteria: ["TAUGHT_SCIENCE", "SCIENCE_DEVELOPMENT", "UP_TO_DATE_KNOWLEDGE", "DEVELOPED_COLLEAGUES", "ASE_MEMBER"],
    },
  });
});

test("what was handed in is read only, but where more evidence was asked for", async () => {
  const { id } = await handedInCandidacy(own, CandidacyKind.HubLeader);
  const write = () => writeCandidacyEvidence(own(), piece(id));
  const amend = () => amendCandidacy(own(), { candidacyId: id, statement: "More.", isTeacher: true, version: 1 });
  const closed = async () => {
    await expect(write()).rejects.toEqual(refused("CANDIDACY_CLOSED"));
    await expect(amend()).rejects.toEqual(refused("CANDIDACY_CLOSED"));
    await expect(submitCandidacy(own(), id)).rejects.toEqual(refused("ILLEGAL_TRANSITION"));
  };
  await closed();
  await reviewCandidacy(hq(), id);
  await closed();
  await askCandidateForEvidence(hq(), { candidacyId: id, what: "More." });
  await expect(amend()).resolves.toMatchObject({ version: 2 });
  const evidence = await write();
  const remove = `mutation ($input: RemoveCandidacyEvidenceInput!) { removeCandidacyEvidence(input: $input) { id } }`;
  const gone = await service.query(carl, remove, { input: { candidacyId: id, evidenceId: evidence.id } });
  expect(gone.errors?.[0]?.extensions.code).toBe("CANDIDACY_CLOSED");
  await declineCandidate(hq(), { candidacyId: id, reason: "No." });
  await closed();
});

test("from the draft to the appointment, with more evidence asked for: each reads what is theirs to read", async () => {
  const { id } = await handedInCandidacy(own, CandidacyKind.HubLeader);
  const mutate = async (name: string, variables: Record<string, unknown>, type: string, selection: string) => {
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;
    const { data, errors } = await service.query(helen, document, { input: { candidacyId: id, ...variables } });
    expect(errors).toBeUndefined();
    return data[name];
  };
  const taken = await service.query(helen, `mutation { reviewCandidacy(candidacyId: "${id}") { state } }`);
  expect(taken.data.reviewCandidacy.state).toBe("UNDER_REVIEW");
  const judge = (verdict: string, version: number, comment: string | null = null) =>
    mutate(
      "judgeCriterion",
      { criterion: "LED_CPD", verdict, version, comment },
      "JudgeCriterionInput",
      "verdict comment version givenBy { name }",
    );
  expect(await judge("MORE_EVIDENCE", 0, " Which schools? ")).toEqual({
    verdict: "MORE_EVIDENCE",
    comment: "Which schools?",
    version: 1,
    givenBy: { name: "hq" },
  });
  const verdicts = "query ($id: ID!) { candidacy(id: $id) { verdicts { verdict comment } } }";
  const readBy = async (viewer: Viewer) => (await service.query(viewer, verdicts, { id })).data.candidacy.verdicts;
  expect(await readBy(helen)).toHaveLength(1);
  expect(await readBy(carl)).toEqual([]);

  await mutate("askCandidateForEvidence", { what: "Name the schools." }, "AskCandidateForEvidenceInput", "state");
  expect(await readBy(carl)).toEqual([{ verdict: "MORE_EVIDENCE", comment: "Which schools?" }]);
  await writeCandidacyEvidence(own(), piece(id, { text: "Beck Row and Hilltop." }));
  await submitCandidacy(own(), id);
  expect(await readBy(carl)).toEqual([{ verdict: "MORE_EVIDENCE", comment: "Which schools?" }]);
  await judge("MET", 1);
  expect(await readBy(carl)).toEqual([]);
  await judgeAll((await service.database.em.fork().findOne(Candidacy, { id }))!, CriterionVerdict.Met);

  const appointed = await mutate(
    "appointCandidate",
    { hubId: "hub_one" },
    "AppointCandidateInput",
    "state appointedOn appointment { role hub { id } person { name } startedOn } steps { number state comment }",
  );
  expect(appointed).toEqual({
    state: "APPOINTED",
    appointedOn: "2026-09-01",
    appointment: { role: "HUB_LEADER", hub: { id: "hub_one" }, person: { name: "carl" }, startedOn: "2026-09-01" },
    steps: [
      { number: 1, state: "DRAFT", comment: null },
      { number: 2, state: "SUBMITTED", comment: null },
      { number: 3, state: "UNDER_REVIEW", comment: null },
      { number: 4, state: "EVIDENCE_ASKED", comment: "Name the schools." },
      { number: 5, state: "UNDER_REVIEW", comment: null },
      { number: 6, state: "APPOINTED", comment: null },
    ],
  });
  expect(await readBy(carl)).toHaveLength(7);
  const moved = (await service.emitted("candidacy.moved")).filter(({ aggregate }) => aggregate === id);
  expect(moved.map(({ payload }) => payload)).toEqual(
    ["SUBMITTED", "UNDER_REVIEW", "EVIDENCE_ASKED", "UNDER_REVIEW", "APPOINTED"].map((state) => ({
      candidacyId: id,
      personId: "per_carl",
      kind: "HUB_LEADER",
      state,
    })),
  );
  expect((await service.emitted("hub-appointment.started")).at(-1)).toMatchObject({
    aggregate: "hub_one",
    payload: { personId: "per_carl", role: "HUB_LEADER" },
  });
});

test("a candidate is appointed once every criterion is met, and not before", async () => {
  const candidacy = await underReview(CandidacyKind.Mentor);
  const appoint = (hubId: string | null) => appointCandidate(hq(), { candidacyId: candidacy.id, hubId });
  await expect(appoint("hub_one")).rejects.toMatchObject({
    code: "CRITERIA_NOT_MET",
    details: { criteria: expect.any(Array) },
  });
  await judgeAll(candidacy, CriterionVerdict.NotMet);
  await expect(appoint(null)).rejects.toEqual(refused("CRITERIA_NOT_MET"));
  await judgeAll(candidacy, CriterionVerdict.Met);
  await expect(appoint("hub_nowhere")).rejects.toEqual(refused("NOT_FOUND"));
  expect(await sql("select 1 from hub_appointment")).toEqual([]);
  await expect(appoint(null)).resolves.toMatchObject({
    state: "APPOINTED",
    appointedOn: "2026-09-01",
    appointmentId: null,
  });
  await expect(appoint("hub_one")).rejects.toEqual(refused("ILLEGAL_TRANSITION"));
  expect(await sql("select 1 from hub_appointment")).toEqual([]);
});

test("a mentor who becomes leader of the hub ceases to be its mentor, on the same day", async () => {
  await appointToHub(hq(), { hubId: "hub_one", personId: "per_carl", role: Role.Mentor });
  const candidacy = await underReview();
  await judgeAll(candidacy, CriterionVerdict.Met);
  await appointCandidate(hq(), { candidacyId: candidacy.id, hubId: "hub_one" });
  expect(await sql("select role, started_on, ended_on from hub_appointment order by id")).toEqual([
    { role: "MENTOR", started_on: "2026-09-01", ended_on: "2026-09-01" },
    { role: "HUB_LEADER", started_on: "2026-09-01", ended_on: null },
  ]);
});

test("who mentors the hub already is not appointed as its mentor again, and the candidacy stays", async () => {
  const candidacy = await underReview(CandidacyKind.Mentor);
  await judgeAll(candidacy, CriterionVerdict.Met);
  await sql(
    "insert into hub_appointment (id, person_id, hub_id, role, started_on, term_ends_on) values ('app_1', 'per_carl', 'hub_one', 'MENTOR', '2026-01-01', '2027-01-01')",
  );
  await expect(appointCandidate(hq(), { candidacyId: candidacy.id, hubId: "hub_one" })).rejects.toEqual(
    refused("ALREADY_APPOINTED"),
  );
  expect(await sql("select state from candidacy")).toEqual([{ state: "UNDER_REVIEW" }]);
});

test("a candidate is declined with a reason that they read", async () => {
  const { id } = await handedInCandidacy(own, CandidacyKind.HubLeader);
  await expect(declineCandidate(hq(), { candidacyId: id, reason: "No." })).rejects.toEqual(
    refused("ILLEGAL_TRANSITION"),
  );
  await reviewCandidacy(hq(), id);
  await expect(declineCandidate(hq(), { candidacyId: id, reason: " " })).rejects.toEqual(refused("BAD_USER_INPUT"));
  await expect(askCandidateForEvidence(hq(), { candidacyId: id, what: "" })).rejects.toEqual(refused("BAD_USER_INPUT"));
  const decline = `mutation ($input: DeclineCandidateInput!) { declineCandidate(input: $input) { state } }`;
  const declined = await service.query(helen, decline, { input: { candidacyId: id, reason: "Lead CPD first." } });
  expect(declined.data.declineCandidate.state).toBe("DECLINED");
  const read = "query ($id: ID!) { candidacy(id: $id) { person { roles } steps { state comment } } }";
  const { data } = await service.query(carl, read, { id });
  expect(data.candidacy.person.roles).toEqual([]);
  expect(data.candidacy.steps.at(-1)).toEqual({ state: "DECLINED", comment: "Lead CPD first." });
});

test("verdicts are given under review, on what is asked for", async () => {
  const { id } = await handedInCandidacy(own, CandidacyKind.HubLeader);
  const met = { candidacyId: id, criterion: "LED_CPD", verdict: CriterionVerdict.Met, comment: null, version: 0 };
  await expect(judgeCriterion(hq(), met)).rejects.toEqual(refused("NOT_UNDER_REVIEW"));
  await reviewCandidacy(hq(), id);
  await expect(judgeCriterion(hq(), { ...met, criterion: "ASE_MEMBER" })).rejects.toEqual(refused("BAD_USER_INPUT"));
  await expect(judgeCriterion(hq(), { ...met, candidacyId: "cnd_nowhere" })).rejects.toEqual(refused("NOT_FOUND"));
  await judgeCriterion(hq(), met);
  await expect(judgeCriterion(hq(), met)).rejects.toMatchObject({
    code: "STALE_VERSION",
    details: { current: { version: 1, verdict: "MET" } },
  });
});

test("of two verdicts on one criterion at once, one stands and one is told of it", async () => {
  const { id } = await underReview();
  const judge = (verdict: CriterionVerdict) =>
    judgeCriterion(hq(), { candidacyId: id, criterion: "LED_CPD", verdict, comment: null, version: 0 });
  const { settled } = await service.database.em.fork().transactional(async (holder) => {
    await holder.findOneOrFail(Candidacy, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const settled = Promise.allSettled([judge(CriterionVerdict.Met), judge(CriterionVerdict.NotMet)]);
    await until("both wait", async () => {
      const blocked = await sql(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return blocked.length === 2;
    });
    return { settled };
  });
  const attempts = await settled;
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(attempts.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "STALE_VERSION" } });
});

test("who is of the programme team has no part in their own candidacy", async () => {
  const self = () => service.caller(helen);
  const { id } = await handedInCandidacy(self, CandidacyKind.Mentor);
  await expect(reviewCandidacy(self(), id)).rejects.toEqual(refused("OWN_CANDIDACY"));
  const other = () => service.caller(programmeTeam("per_hank"));
  await reviewCandidacy(other(), id);
  const verdict = {
    candidacyId: id,
    criterion: "COMMITMENT",
    verdict: CriterionVerdict.Met,
    comment: null,
    version: 0,
  };
  await expect(judgeCriterion(self(), verdict)).rejects.toEqual(refused("OWN_CANDIDACY"));
  await judgeCriterion(other(), verdict);
  const read = "query ($id: ID!) { candidacy(id: $id) { verdicts { verdict } } }";
  expect((await service.query(helen, read, { id })).data.candidacy.verdicts).toEqual([]);
  await expect(appointCandidate(self(), { candidacyId: id, hubId: null })).rejects.toEqual(refused("OWN_CANDIDACY"));
  await expect(declineCandidate(self(), { candidacyId: id, reason: "x" })).rejects.toEqual(refused("OWN_CANDIDACY"));
});

test("the team writes nothing on a candidate's behalf", async () => {
  const { id } = await handedInCandidacy(own, CandidacyKind.HubLeader);
  await expect(writeCandidacyEvidence(hq(), piece(id))).rejects.toEqual(refused("FORBIDDEN"));
  await expect(submitCandidacy(hq(), id)).rejects.toEqual(refused("FORBIDDEN"));
});

test("the list of candidacies costs the same statements, however many there are", async () => {
  const ask = async () => {
    service.statements.length = 0;
    const { errors } = await service.query(
      helen,
      "{ candidacies { nodes { person { name } evidence { text } missingEvidence verdicts { verdict } steps { state } } } }",
    );
    expect(errors).toBeUndefined();
    return service.statements.length;
  };
  await underReview();
  const one = await ask();
  await underReview(CandidacyKind.Mentor);
  await handedInCandidacy(() => service.caller(candidate("per_dora")), CandidacyKind.Mentor);
  expect(await ask()).toBe(one);
  expect(one).toBe(5);
});
