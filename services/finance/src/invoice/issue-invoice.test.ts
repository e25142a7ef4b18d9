import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import { listParked } from "@psqm/events/parked";
import { type Transaction, transact } from "@psqm/events/transact";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { finance } from "../service.ts";
import { Invoice } from "./invoice.ts";
import { type ConfirmedEnrolment, issueInvoice } from "./issue-invoice.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(finance);
});
afterAll(() => service.close());
beforeEach(async () => {
  const em = service.database.em.fork();
  await em.execute("delete from invoice");
  await em.execute("update invoice_counter set last = 0");
});

const wolds = {
  schoolId: "sch_wolds",
  schoolName: "Wolds Edge Primary School",
  urn: "900001",
  localAuthority: "East Riding of Yorkshire",
  pupils: 64,
  hubId: "hub_humber",
  roundId: "rnd_8",
  roundNumber: 8,
  rules: { feeSchedule: "fees-s2", payRates: "pay-s1", framework: "framework-s2" },
  confirmedOn: "2026-09-01",
};
const chalk = {
  ...wolds,
  schoolId: "sch_chalk",
  schoolName: "Chalk Stream Primary School",
  localAuthority: "Oxfordshire",
  pupils: 100,
};

const hear = async (school: object) => {
  const enrolmentId = newId("enr");
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, { ...school, enrolmentId });
  return enrolmentId;
};
const invoiceOf = (enrolmentId: string) => service.database.em.fork().findOne(Invoice, { enrolmentId });
const numbers = async () =>
  (await service.database.em.fork().find(Invoice, {}, { orderBy: { number: "asc" } })).map(({ number }) => number);

test("a confirmed enrolment is invoiced by the rules that its round has pinned", async () => {
  const enrolmentId = await hear(chalk);
  expect(await invoiceOf(enrolmentId)).toMatchObject({
    number: "PSQM-000001",
    schoolId: "sch_chalk",
    payer: "SCHOOL",
    payerName: "Chalk Stream Primary School",
    state: "ISSUED",
    totalPence: 92_500,
    paidPence: 0,
    issuedOn: "2026-09-01",
    dueOn: "2026-10-01",
    lines: [{ amountPence: 92_500, rule: "fee-schedule", version: "fees-s2" }],
  });
  const [issued] = (await service.emitted("invoice.issued")).filter(
    ({ payload }) => (payload as { enrolmentId: string }).enrolmentId === enrolmentId,
  );
  expect(issued?.payload).toMatchObject({
    number: "PSQM-000001",
    payer: "SCHOOL",
    totalPence: 92_500,
    dueOn: "2026-10-01",
  });
});

test("a small school of the East Riding costs less, and its funder pays", async () => {
  expect(await invoiceOf(await hear(wolds))).toMatchObject({
    payer: "FUNDER",
    payerName: "Dogger Bank Wind Farm community fund",
    totalPence: 62_500,
  });
});

test("a school whose authority and pupils are not known pays the full fee itself", async () => {
  expect(await invoiceOf(await hear({ ...chalk, localAuthority: null, pupils: null }))).toMatchObject({
    payer: "SCHOOL",
    totalPence: 92_500,
  });
});

test("an enrolment that is told twice is invoiced once, and no number is spent on it", async () => {
  const enrolmentId = await hear(chalk);
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, { ...wolds, enrolmentId });
  await hear(chalk);
  expect(await listParked(service.database.em.fork())).toEqual([]);
  expect(await numbers()).toEqual(["PSQM-000001", "PSQM-000002"]);
  expect(await invoiceOf(enrolmentId)).toMatchObject({ payer: "SCHOOL" });
});

test("an enrolment whose fee schedule nobody knows is parked, visibly, and spends no number", async () => {
  const enrolmentId = await hear({ ...chalk, rules: { ...chalk.rules, feeSchedule: "fees-s9" } });
  const parked = await listParked(service.database.em.fork());
  expect(parked).toMatchObject([
    { aggregate: enrolmentId, reason: expect.stringContaining('There is no fee schedule "fees-s9"') },
  ]);
  await hear(chalk);
  expect(await numbers()).toEqual(["PSQM-000001"]);
});

test("invoices issued at the same moment, some of which fail, have numbers without gap or repeat", async () => {
  const billed = (n: number): ConfirmedEnrolment => ({ ...chalk, enrolmentId: `enr_${n}`, feeSchedule: "fees-s2" });
  const issue = (n: number, then: (tx: Transaction) => void = () => {}) =>
    transact(service.caller(), "issue", `enr_${n}`, async (tx) => {
      await issueInvoice(tx, billed(n));
      then(tx);
    }).catch((error: Error) => error);
  const blocked = async () => {
    const [row] = await service.database.em
      .fork()
      .execute<{ count: number }[]>(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
    return row?.count === 6;
  };
  // Hold the counter until all are queued behind it, so that they truly overlap.
  const issued = await service.database.em.fork().transactional(async (holder) => {
    await holder.execute("select last from invoice_counter for update");
    const queued = [1, 2, 3, 4, 5, 6].map((n) =>
      issue(n, () => {
        if (n % 3 === 0) throw new Error("the power went out");
      }),
    );
    await until("all wait for the counter", blocked);
    return queued;
  });
  expect((await Promise.all(issued)).filter((outcome) => outcome instanceof Error)).toHaveLength(2);
  expect(await numbers()).toEqual(["PSQM-000001", "PSQM-000002", "PSQM-000003", "PSQM-000004"]);
});
