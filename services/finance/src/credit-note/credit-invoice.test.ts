import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import { listParked } from "@psqm/events/parked";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { financeOfficer, headTeacher, hubLeader } from "@psqm/testing/viewers";
import { recordPayment } from "../payment/record-payment.ts";
import { finance } from "../service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(finance);
});
afterAll(() => service.close());

const felix = financeOfficer();
const roundStartsOn = "2026-09-01";

async function billed(): Promise<{ enrolmentId: string; schoolId: string }> {
  const [enrolmentId, schoolId] = [newId("enr"), newId("sch")];
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, {
    enrolmentId,
    schoolId,
    schoolName: "Chalk Stream Primary School",
    localAuthority: "Oxfordshire",
    pupils: 100,
    rules: { feeSchedule: "fees-s2" },
    confirmedOn: "2026-07-01",
  });
  return { enrolmentId, schoolId };
}

const withdraw = (enrolmentId: string, withdrawnOn: string) =>
  service.deliver("programme", "enrolment.withdrawn", enrolmentId, { enrolmentId, withdrawnOn, roundStartsOn });
const defer = (enrolmentId: string, deferredOn: string) =>
  service.deliver("programme", "enrolment.deferred", enrolmentId, { enrolmentId, deferredOn, roundStartsOn });

const invoiceOf = async (enrolmentId: string, viewer = felix) => {
  const { data } = await service.entities(
    viewer,
    [{ __typename: "Enrolment", id: enrolmentId }],
    `... on Enrolment { invoice { id state totalPence paidPence creditedPence outstandingPence refundDuePence
       creditNote { number amountPence reason citation } } }`,
  );
  return data._entities[0].invoice;
};

const notesOf = async (enrolmentId: string) =>
  (await service.emitted("credit-note.issued"))
    .map(({ payload }) => payload as { enrolmentId: string; number: string })
    .filter((payload) => payload.enrolmentId === enrolmentId);

test("who is deferred owes nothing for this round, told twice or not, and the note has the next number", async () => {
  const [{ enrolmentId, schoolId }, other] = [await billed(), await billed()];
  await defer(enrolmentId, "2026-11-02");
  await defer(enrolmentId, "2026-11-03");
  await withdraw(other.enrolmentId, "2026-08-31");
  expect(await invoiceOf(enrolmentId, headTeacher(schoolId))).toMatchObject({
    state: "CREDITED",
    totalPence: 92_500,
    creditedPence: 92_500,
    outstandingPence: 0,
    refundDuePence: 0,
    creditNote: { number: "PSQM-C-000001", amountPence: 92_500, reason: expect.stringMatching(/^Deferred/) },
  });
  expect((await invoiceOf(other.enrolmentId)).creditNote).toMatchObject({ number: "PSQM-C-000002" });
  expect(await notesOf(enrolmentId)).toMatchObject([{ amountPence: 92_500, refundDuePence: 0 }]);
});

test("who withdraws from a round that has begun still owes its fee", async () => {
  const { enrolmentId } = await billed();
  await withdraw(enrolmentId, roundStartsOn);
  expect(await invoiceOf(enrolmentId)).toMatchObject({
    state: "ISSUED",
    outstandingPence: 92_500,
    creditNote: null,
  });
});

test("what was paid before is to be paid back, and nothing more can be paid", async () => {
  const { enrolmentId } = await billed();
  const { id: invoiceId } = await invoiceOf(enrolmentId);
  const payment = { invoiceId, amountPence: 40_000, reference: "BACS 7", receivedOn: roundStartsOn };
  await recordPayment(service.caller(felix), { ...payment, idempotencyKey: "first-payment" });
  await defer(enrolmentId, "2026-11-02");
  expect(await invoiceOf(enrolmentId)).toMatchObject({ state: "CREDITED", paidPence: 40_000, refundDuePence: 40_000 });
  expect(await notesOf(enrolmentId)).toMatchObject([{ refundDuePence: 40_000 }]);
  await expect(
    recordPayment(service.caller(felix), { ...payment, idempotencyKey: "second-payment" }),
  ).rejects.toMatchObject({ code: "OVERPAYMENT", details: { outstandingPence: 0 } });
});

test("who left before there was an invoice, or told nothing of the round, changes nothing; nobody else sees the note", async () => {
  await withdraw("enr_never", "2026-08-31");
  const { enrolmentId } = await billed();
  await service.deliver("programme", "enrolment.withdrawn", enrolmentId, { enrolmentId, withdrawnOn: "2026-08-01" });
  expect(await invoiceOf(enrolmentId)).toMatchObject({ state: "ISSUED", creditNote: null });
  expect(await listParked(service.database.em.fork())).toEqual([]);
  await defer(enrolmentId, "2026-08-01");
  expect(await invoiceOf(enrolmentId, hubLeader("hub_one"))).toBeNull();
});
