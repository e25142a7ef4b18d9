import type { Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { type Amounts, type InvoiceState, invoiceState, outstandingPence } from "../invoice/invoice.rules.ts";

const LONGEST_REFERENCE = 200;

/** More was paid than is owed. Nothing was recorded. */
export class Overpayment extends Refusal {
  constructor(amountPence: number, outstandingPence: number) {
    super(
      "OVERPAYMENT",
      `${pounds(outstandingPence)} of this invoice is outstanding; a payment of ${pounds(amountPence)} is more. Record at most what is outstanding, and ask the payer about the rest.`,
      { outstandingPence },
    );
  }
}

/**
 * What an invoice becomes by a payment; all amounts in pence.
 * @throws BadInput unless the amount is a positive integer
 * @throws Overpayment (OVERPAYMENT, with `outstandingPence`) when it is more than is outstanding
 */
export function settle(invoice: Amounts, amountPence: number): { paidPence: number; state: InvoiceState } {
  if (!Number.isInteger(amountPence) || amountPence < 1) {
    throw new BadInput(`A payment is a whole number of pence, 1 or more; this is ${amountPence}.`);
  }
  const outstanding = outstandingPence(invoice);
  if (amountPence > outstanding) throw new Overpayment(amountPence, outstanding);
  const paidPence = invoice.paidPence + amountPence;
  return { paidPence, state: invoiceState({ ...invoice, paidPence }) };
}

/** The payer's reference without white space at its ends. Throws BadInput unless it has 1 to 200 printable characters. */
export function paymentReference(written: string): string {
  const reference = written.trim();
  const length = [...reference].length;
  if (length < 1 || length > LONGEST_REFERENCE || /\p{Cc}/u.test(reference) || !reference.isWellFormed()) {
    throw new BadInput(
      "A payment's reference has 1 to 200 printable characters, such as the one on the bank statement.",
    );
  }
  return reference;
}

/** Money that has not come yet is no payment. Throws BadInput for a day after `today`; both are London days. */
export function assertReceived(receivedOn: Day, today: Day): void {
  if (receivedOn > today) {
    throw new BadInput(`A payment is recorded when it has been received; ${receivedOn} is after today, ${today}.`);
  }
}

function pounds(pence: number): string {
  return `£${Math.floor(pence / 100).toLocaleString("en-GB")}.${String(pence % 100).padStart(2, "0")}`;
}
