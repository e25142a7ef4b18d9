import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import {
  everyRole,
  financeOfficer,
  headTeacher,
  hubLeader,
  programmeTeam,
  secondParticipant,
  subjectLeader,
} from "@psqm/testing/viewers";
import { Earning } from "./earning/earning.ts";
import { Invoice } from "./invoice/invoice.ts";
import { recordPayment } from "./payment/record-payment.ts";
import { finance } from "./service.ts";

let service: TestSubgraph;
const felix = financeOfficer("per_felix");
const schools = Array.from({ length: 20 }, (_, n) => `sch_${n}`);

beforeAll(async () => {
  service = await startTestSubgraph(finance);
  for (const [n, schoolId] of schools.entries()) {
    const enrolmentId = `enr_${n}`;
    await service.deliver("programme", "enrolment.confirmed", enrolmentId, {
      enrolmentId,
      schoolId,
      schoolName: `School ${n}`,
      localAuthority: n === 0 ? "East Riding of Yorkshire" : "Oxfordshire",
      pupils: 64,
      rules: { feeSchedule: "fees-s2" },
      confirmedOn: "2026-09-01",
    });
    await service.deliver("assessment", "review.completed", enrolmentId, {
      reviewId: `rev_${n}`,
      enrolmentId,
      reviewerId: `per_${n % 4}`,
      payRates: "pay-s1",
      completedAt: "2027-07-15T10:30:00.000Z",
    });
  }
  const [first] = await service.database.em.fork().find(Invoice, { enrolmentId: "enr_0" });
  await recordPayment(service.caller(felix), {
    invoiceId: first?.id ?? "",
    amountPence: 100,
    reference: "BACS 1",
    receivedOn: "2026-09-01",
    idempotencyKey: "key-of-test",
  });
}, 60_000);
afterAll(() => service.close());

const statementsOf = (table: string) =>
  service.statements.filter((statement) => statement.includes(`"finance"."${table}"`));
const invoiceId = async (enrolmentId: string) =>
  (await service.database.em.fork().findOneOrFail(Invoice, { enrolmentId })).id;

test("everybody may read what the programme costs", async () => {
  const document =
    "{ feeSchedules { version validFrom validUntil fullPence smallPence smallBelowPupils remark citation } }";
  for (const viewer of Object.values(everyRole)) {
    expect((await service.query(viewer, document)).data.feeSchedules).toMatchObject([
      { version: "fees-s1", fullPence: 75_000, smallPence: null, smallBelowPupils: null, validUntil: "2022-08-31" },
      { version: "fees-s2", fullPence: 92_500, smallPence: 62_500, smallBelowPupils: 100, validFrom: "2022-09-01" },
    ]);
  }
});

test("an invoice shows itself whole to the head teacher and the subject leader of its school", async () => {
  const document = `query ($id: ID!) { invoice(id: $id) { number payer payerName state totalPence paidPence outstandingPence
    issuedOn dueOn enrolment { id } school { id } lines { description amountPence rule version citation } payments { amountPence } } }`;
  const id = await invoiceId("enr_0");
  for (const viewer of [headTeacher("sch_0"), subjectLeader("sch_0"), felix, programmeTeam()]) {
    expect((await service.query(viewer, document, { id })).data.invoice).toMatchObject({
      number: "PSQM-000001",
      payer: "FUNDER",
      state: "PART_PAID",
      totalPence: 62_500,
      paidPence: 100,
      outstandingPence: 62_400,
      issuedOn: "2026-09-01",
      dueOn: "2026-10-01",
      enrolment: { id: "enr_0" },
      school: { id: "sch_0" },
      lines: [{ rule: "fee-schedule" }, { rule: "funding", amountPence: 0 }],
      payments: [{ amountPence: 100 }],
    });
  }
});

test("to everybody else it looks as if there were none: by id, in the list, as an entity and under its enrolment", async () => {
  const one = "query ($id: ID!) { invoice(id: $id) { number } }";
  const id = await invoiceId("enr_0");
  const other = headTeacher("sch_1");
  const hidden = await service.query(other, one, { id });
  expect(hidden.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  const missing = await service.query(other, one, { id: "inv_missing" });
  expect(JSON.parse(JSON.stringify(hidden).replaceAll(id, "inv_missing"))).toEqual(missing);
  expect((await service.query(other, "{ invoices { nodes { school { id } } } }")).data.invoices.nodes).toEqual([
    { school: { id: "sch_1" } },
  ]);
  for (const viewer of [other, secondParticipant("sch_0"), hubLeader("hub_one"), anonymous]) {
    const references = [
      { __typename: "Invoice", id },
      { __typename: "Enrolment", id: "enr_0" },
    ];
    const { data } = await service.entities(
      viewer,
      references,
      "... on Invoice { number } ... on Enrolment { invoice { number } }",
    );
    expect(data._entities).toEqual([null, { invoice: null }]);
  }
});

test("the list of invoices is paged and filtered by state, with payments in one statement", async () => {
  service.statements.length = 0;
  const { data } = await service.query(felix, "{ invoices(first: 100) { nodes { number payments { id } } } }");
  expect(data.invoices.nodes).toHaveLength(20);
  expect([statementsOf("invoice").length, statementsOf("payment").length]).toEqual([1, 1]);
  const partPaid = await service.query(felix, "{ invoices(state: PART_PAID) { nodes { number } } }");
  expect(partPaid.data.invoices.nodes).toEqual([{ number: "PSQM-000001" }]);
  const own = await service.query(headTeacher("sch_1"), "{ invoices(state: PART_PAID) { nodes { number } } }");
  expect(own.data.invoices.nodes).toEqual([]);
});

test("any number of references costs one statement for each kind of thing", async () => {
  const invoices = await service.database.em.fork().find(Invoice, {});
  const earnings = await service.database.em.fork().find(Earning, {});
  const references = [
    ...invoices.map(({ id }) => ({ __typename: "Invoice", id })),
    ...earnings.map(({ id }) => ({ __typename: "Earning", id })),
  ];
  service.statements.length = 0;
  const { data } = await service.entities(
    felix,
    references,
    "... on Invoice { number } ... on Earning { amountPence }",
  );
  expect(data._entities).toHaveLength(40);
  expect([statementsOf("invoice").length, statementsOf("earning").length]).toEqual([1, 1]);

  service.statements.length = 0;
  const others = [
    ...invoices.map(({ enrolmentId }) => ({ __typename: "Enrolment", id: enrolmentId })),
    ...[0, 1, 2, 3].map((n) => ({ __typename: "Person", id: `per_${n}` })),
  ];
  const added = await service.entities(
    felix,
    others,
    "... on Enrolment { invoice { number } } ... on Person { earnings { id } }",
  );
  expect(added.data._entities[23].earnings).toHaveLength(5);
  expect([statementsOf("invoice").length, statementsOf("earning").length]).toEqual([1, 1]);
});

test("one sees one's own earnings; of others' only finance officer and programme team know", async () => {
  const list =
    "query ($personId: ID) { earnings(personId: $personId, first: 100) { nodes { kind amountPence accruedAt person { id } enrolment { id } rule citation } } }";
  const leader = hubLeader("hub_one", "per_1");
  const own = (await service.query(leader, list)).data.earnings.nodes;
  expect(own).toHaveLength(5);
  expect(own[0]).toMatchObject({
    kind: "REVIEW",
    amountPence: 5_000,
    accruedAt: "2027-07-15T10:30:00.000Z",
    person: { id: "per_1" },
    enrolment: { id: "enr_17" },
    rule: "pay-rates",
  });
  expect((await service.query(leader, list, { personId: "per_2" })).data.earnings.nodes).toEqual([]);
  expect((await service.query(felix, list)).data.earnings.nodes).toHaveLength(20);
  expect((await service.query(programmeTeam(), list, { personId: "per_2" })).data.earnings.nodes).toHaveLength(5);

  const references = ["per_1", "per_2"].map((id) => ({ __typename: "Person", id }));
  const { data, errors } = await service.entities(leader, references, "... on Person { id earnings { amountPence } }");
  expect(data._entities[0].earnings).toHaveLength(5);
  expect(data._entities[1]).toEqual({ id: "per_2", earnings: null });
  expect(errors?.[0]).toMatchObject({ path: ["_entities", 1, "earnings"], extensions: { code: "FORBIDDEN" } });
});
