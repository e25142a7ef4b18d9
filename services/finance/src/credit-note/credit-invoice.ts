import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import { invoiceState, refundDuePence } from "../invoice/invoice.rules.ts";
import { Invoice } from "../invoice/invoice.ts";
import { creditNoteIssued } from "./credit-note.events.ts";
import { creditFor, creditNoteNumber, type Left } from "./credit-note.rules.ts";
import { CreditNote } from "./credit-note.ts";

/**
 * The school of an enrolment has left its round: what it no longer owes is taken off its invoice, once; a second hearing
 * changes nothing, and who left before a place was taken has no invoice.
 */
export async function creditInvoice(tx: Transaction, { enrolmentId, ...left }: Left & { enrolmentId: string }) {
  const invoice = await tx.em.findOne(
    Invoice,
    { enrolmentId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!invoice || invoice.creditedPence > 0) return;
  const credit = creditFor(invoice.totalPence, left);
  if (credit.amountPence === 0) return;
  invoice.creditedPence = credit.amountPence;
  invoice.state = invoiceState(invoice);
  const note = tx.em.create(CreditNote, {
    id: newId("crn"),
    number: await nextNumber(tx.em),
    invoice: invoice.id,
    ...credit,
    issuedOn: tx.today,
  });
  tx.emit(creditNoteIssued, invoice.id, {
    creditNoteId: note.id,
    number: note.number,
    invoiceId: invoice.id,
    enrolmentId,
    schoolId: invoice.schoolId,
    amountPence: note.amountPence,
    refundDuePence: refundDuePence(invoice),
    issuedOn: note.issuedOn,
  });
}

/** As invoices': the counter's row stays locked until the note is committed, so no number is missing. */
async function nextNumber(em: SqlEntityManager): Promise<string> {
  const [counter] = await em.execute<{ last: number }[]>(
    "update credit_note_counter set last = last + 1 returning last",
  );
  if (!counter) throw new Error("The counter of credit notes has lost its row.");
  return creditNoteNumber(counter.last);
}
