import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { financeOfficer, headTeacher, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import { Invoice } from "../invoice/invoice.ts";
import { finance } from "../service.ts";
import { Payment } from "./payment.ts";
import { type PaymentToRecord, recordPayment } from "./record-payment.ts";

let service: TestSubgraph;
const felix = financeOfficer("per_felix");

beforeAll(async () => {
  service = await startTestSubgraph(finance);
});
afterAll(() => service.close());

let invoiceId: string;
beforeEach(async () => {
  const enrolmentId = newId("enr");
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, {
    enrolmentId,
    schoolId: "sch_chalk",
    schoolName: "Chalk Stream Primary School",
    localAuthority: "Oxfordshire",
    pupils: 100,
    rules: { feeSchedule: "fees-s2" },
    confirmedOn: "2026-09-01",
  });
  invoiceId = (await service.database.em.fork().findOneOrFail(Invoice, { enrolmentId })).id;
});

const payment = (parts: Partial<PaymentToRecord> = {}): PaymentToRecord => ({
  invoiceId,
  amountPence: 40_000,
  reference: "BACS 4711",
  receivedOn: "2026-09-01",
  idempotencyKey: newId("key"),
  ...parts,
});
const pay = (parts?: Partial<PaymentToRecord>, viewer: Viewer = felix) =>
  recordPayment(service.caller(viewer), payment(parts));
const payments = () => service.database.em.fork().find(Payment, { invoice: invoiceId }, { orderBy: { id: "asc" } });
const invoice = () => service.database.em.fork().findOneOrFail(Invoice, invoiceId);
const paidEvents = async () =>
  (await service.emitted("invoice.paid")).filter(({ aggregate }) => aggregate === invoiceId);

const document = `mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) {
  state paidPence outstandingPence payments { amountPence reference receivedOn } } }`;
const ask = (parts: Record<string, unknown>, viewer: Viewer = felix) =>
  service.query(viewer, document, { input: { ...payment(), ...parts } });

test("a part makes the invoice part-paid, the rest makes it paid and is told once", async () => {
  expect((await ask({})).data.recordPayment).toEqual({
    state: "PART_PAID",
    paidPence: 40_000,
    outstandingPence: 52_500,
    payments: [{ amountPence: 40_000, reference: "BACS 4711", receivedOn: "2026-09-01" }],
  });
  expect(await paidEvents()).toEqual([]);
  expect((await ask({ amountPence: 52_500, reference: "BACS 4712" })).data.recordPayment).toMatchObject({
    state: "PAID",
    outstandingPence: 0,
    payments: [{ reference: "BACS 4711" }, { reference: "BACS 4712" }],
  });
  expect((await paidEvents()).map(({ payload }) => payload)).toMatchObject([
    { invoiceId, totalPence: 92_500, paidOn: "2026-09-01" },
  ]);
});

test("more than is outstanding is refused with what is, and nothing is recorded", async () => {
  await pay();
  const { errors } = await ask({ amountPence: 52_501 });
  expect(errors?.[0]?.extensions).toMatchObject({ code: "OVERPAYMENT", outstandingPence: 52_500 });
  expect(await payments()).toHaveLength(1);
  expect(await invoice()).toMatchObject({ state: "PART_PAID", paidPence: 40_000 });
});

test("the same request again gives the same answer and pays once, even when everything is paid by then", async () => {
  const whole = { amountPence: 92_500, idempotencyKey: "a-key-of-felix" };
  expect((await pay(whole)).state).toBe("PAID");
  expect((await pay(whole)).state).toBe("PAID");
  expect(await payments()).toHaveLength(1);
  expect(await paidEvents()).toHaveLength(1);
});

test.each([
  ["another amount", { amountPence: 1 }],
  ["another reference", { reference: "BACS 4712" }],
  ["another day", { receivedOn: "2026-08-31" }],
])("the same key with %s is refused", async (_what, other) => {
  const idempotencyKey = newId("key");
  await pay({ idempotencyKey });
  const { errors } = await ask({ idempotencyKey, ...other });
  expect(errors?.[0]?.extensions.code).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(await payments()).toHaveLength(1);
});

test("a refused payment leaves its key free", async () => {
  const idempotencyKey = newId("key");
  await expect(pay({ idempotencyKey, amountPence: 92_501 })).rejects.toMatchObject({ code: "OVERPAYMENT" });
  expect((await pay({ idempotencyKey, amountPence: 92_500 })).state).toBe("PAID");
});

test.each([
  ["no money", { amountPence: 0 }],
  ["less than nothing", { amountPence: -40_000 }],
  ["no reference", { reference: "  " }],
  ["tomorrow's money", { receivedOn: "2026-09-02" }],
  ["no calendar day", { receivedOn: "2026-02-30" }],
  ["a key too short to be one's own", { idempotencyKey: "1" }],
  ["half a penny", { amountPence: 0.5 }],
])("%s is refused as input", async (_what, parts) => {
  const { errors } = await ask(parts);
  expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect(await payments()).toEqual([]);
});

test.each([
  ["the programme team", programmeTeam()],
  ["the school's head teacher", headTeacher("sch_chalk")],
  ["the school's subject leader", subjectLeader("sch_chalk")],
])("%s sees the invoice and records no payment, through the graph or past it", async (_who, viewer) => {
  expect((await ask({}, viewer)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  await expect(pay({}, viewer)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("an unknown invoice is not found; to another school's head teacher this one is unknown too", async () => {
  expect((await ask({ invoiceId: "inv_missing" })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  await expect(pay({}, headTeacher("sch_other"))).rejects.toMatchObject({ code: "NOT_FOUND" });
});

/** Runs the attempts while the invoice's row is held until all of them queue behind it, so that they truly overlap. */
async function atOnce(attempts: (() => Promise<Invoice>)[]): Promise<unknown[]> {
  const running = await service.database.em.fork().transactional(async (holder) => {
    await holder.findOneOrFail(Invoice, invoiceId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const queued = attempts.map((attempt) => attempt().catch((error: unknown) => error));
    await until("all attempts queue behind the lock", async () => {
      const [row] = await service.database.em
        .fork()
        .execute<{ count: number }[]>(
          "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
      return row?.count === attempts.length;
    });
    return queued;
  });
  return Promise.all(running);
}

test("of two payments at the same moment that are too much together, one is recorded and one refused", async () => {
  const outcomes = await atOnce([1, 2].map(() => () => pay({ amountPence: 60_000 })));
  expect(outcomes).toContainEqual(
    expect.objectContaining({ code: "OVERPAYMENT", details: { outstandingPence: 32_500 } }),
  );
  expect(await payments()).toHaveLength(1);
  expect(await invoice()).toMatchObject({ paidPence: 60_000 });
});

test("one request sent three times at the same moment pays once", async () => {
  const idempotencyKey = newId("key");
  const outcomes = await atOnce([1, 2, 3].map(() => () => pay({ idempotencyKey })));
  expect(outcomes).toEqual([1, 2, 3].map(() => expect.objectContaining({ paidPence: 40_000 })));
  expect(await payments()).toHaveLength(1);
});
