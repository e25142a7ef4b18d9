import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import fc from "fast-check";
import { earningVisible, visibleEarnings } from "./earning/earning.policy.ts";
import { EarningKind, earningFor } from "./earning/earning.rules.ts";
import { Earning } from "./earning/earning.ts";
import { invoiceVisible, visibleInvoices } from "./invoice/invoice.policy.ts";
import { InvoiceState, Payer } from "./invoice/invoice.rules.ts";
import { Invoice } from "./invoice/invoice.ts";
import { finance } from "./service.ts";

let service: TestSubgraph;
const schools = ["sch_a", "sch_b", "sch_c"];
const people = ["per_a", "per_b", "per_c"];

beforeAll(async () => {
  service = await startTestSubgraph(finance);
  const em = service.database.em.fork();
  for (const [n, schoolId] of schools.entries()) {
    em.create(Invoice, {
      id: `inv_${n}`,
      number: `PSQM-${n}`,
      enrolmentId: `enr_${n}`,
      schoolId,
      payer: Payer.School,
      payerName: "A school",
      state: InvoiceState.Issued,
      lines: [],
      totalPence: 92_500,
      paidPence: 0,
      issuedOn: "2026-09-01",
      dueOn: "2026-10-01",
    });
  }
  for (const [n, personId] of people.entries()) {
    em.create(Earning, {
      id: `ear_${n}`,
      personId,
      kind: EarningKind.Review,
      sourceId: `rev_${n}`,
      enrolmentId: `enr_${n}`,
      ...earningFor(EarningKind.Review, "pay-s1"),
      accruedAt: new Date(),
    });
  }
  await em.flush();
});
afterAll(() => service.close());

const anyViewer: fc.Arbitrary<Viewer> = fc
  .record({
    personId: fc.constantFrom(...people, "per_else", null),
    schools: fc.array(
      fc.record({ schoolId: fc.constantFrom(...schools, "sch_else"), role: fc.constantFrom(...Object.values(Role)) }),
      { maxLength: 3 },
    ),
    roles: fc.uniqueArray(fc.constantFrom(...Object.values(Role)), { maxLength: 3 }),
  })
  .map((parts) => ({ ...anonymous, kind: "person", ...parts }));

test("the lists' SQL and the policies of the rows let every viewer see the same invoices and earnings", async () => {
  const em = () => service.database.em.fork();
  const invoices = await em().find(Invoice, {});
  const earnings = await em().find(Earning, {});
  expect([invoices.length, earnings.length]).toEqual([3, 3]);
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).sort();
  await fc.assert(
    fc.asyncProperty(anyViewer, async (viewer) => {
      const seenInvoices = invoices.filter((row) => invoiceVisible.allows(viewer, row));
      expect(ids(await em().find(Invoice, visibleInvoices(viewer)))).toEqual(ids(seenInvoices));
      const seenEarnings = earnings.filter((row) => earningVisible.allows(viewer, row));
      expect(ids(await em().find(Earning, visibleEarnings(viewer)))).toEqual(ids(seenEarnings));
    }),
  );
});
