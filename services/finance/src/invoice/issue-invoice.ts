import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import { invoiceIssued } from "./invoice.events.ts";
import { type Billed, billFor, dueDay, InvoiceState, invoiceNumber } from "./invoice.rules.ts";
import { Invoice } from "./invoice.ts";

export interface ConfirmedEnrolment extends Billed {
  enrolmentId: string;
  schoolId: string;
}

/**
 * A confirmed enrolment is invoiced, once: a second hearing changes nothing.
 * @throws UnknownRuleVersion when the fee schedule that the round has pinned is not known
 */
export async function issueInvoice(tx: Transaction, enrolment: ConfirmedEnrolment): Promise<void> {
  const { enrolmentId, schoolId } = enrolment;
  if (await tx.em.findOne(Invoice, { enrolmentId })) return;
  const bill = billFor(enrolment);
  const invoice = tx.em.create(Invoice, {
    id: newId("inv"),
    number: await nextNumber(tx.em),
    enrolmentId,
    schoolId,
    ...bill,
    state: InvoiceState.Issued,
    paidPence: 0,
    issuedOn: tx.today,
    dueOn: dueDay(tx.today),
  });
  const { id: invoiceId, number, payer, payerName, totalPence, issuedOn, dueOn } = invoice;
  tx.emit(invoiceIssued, invoiceId, {
    invoiceId,
    number,
    enrolmentId,
    schoolId,
    payer,
    payerName,
    totalPence,
    issuedOn,
    dueOn,
  });
}

/** The counter's row stays locked until the invoice is committed, and goes back if it is not: no number is missing. */
async function nextNumber(em: SqlEntityManager): Promise<string> {
  const [counter] = await em.execute<{ last: number }[]>("update invoice_counter set last = last + 1 returning last");
  if (!counter) throw new Error("The counter of invoices has lost its row.");
  return invoiceNumber(counter.last);
}
