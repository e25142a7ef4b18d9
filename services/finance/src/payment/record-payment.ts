import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { once } from "@psqm/subgraph/idempotency";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { financeOfficer } from "../finance-staff.policy.ts";
import { invoicePaid } from "../invoice/invoice.events.ts";
import { invoiceVisible } from "../invoice/invoice.policy.ts";
import { InvoiceState } from "../invoice/invoice.rules.ts";
import { Invoice } from "../invoice/invoice.ts";
import { assertReceived, paymentReference, settle } from "./payment.rules.ts";
import { Payment } from "./payment.ts";

export interface PaymentToRecord {
  invoiceId: string;
  /** A positive integer. */
  amountPence: number;
  reference: string;
  receivedOn: Day;
  idempotencyKey: string;
}

/**
 * Records money received for an invoice. Sent again with the same key and body it records nothing more.
 * @returns the invoice as it is now
 * @throws BadInput for an amount, reference, day or key that cannot be
 * @throws NotFound (NOT_FOUND), Forbidden (FORBIDDEN) unless a finance officer asks for an invoice there is
 * @throws Overpayment (OVERPAYMENT) when it is more than is outstanding
 * @throws IdempotencyKeyReused (IDEMPOTENCY_KEY_REUSED) when the key came with another request before
 */
export async function recordPayment(caller: Caller, input: PaymentToRecord): Promise<Invoice> {
  const { invoiceId, amountPence, receivedOn, idempotencyKey } = input;
  const reference = paymentReference(input.reference);
  const received = { invoiceId, amountPence, reference, receivedOn };
  return transact(caller, "recordPayment", invoiceId, async (tx) => {
    const found = await tx.em.findOne(Invoice, { id: invoiceId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const invoice = requireSeen(invoiceVisible, tx.viewer, found, "invoice", invoiceId);
    requireAllowed(financeOfficer, tx.viewer, invoice, "recordPayment");
    await once(tx, "recordPayment", idempotencyKey, received, async () => pay(tx, invoice, received));
    return invoice;
  });
}

/** The caller holds the invoice's lock, so what is outstanding is outstanding. */
function pay(tx: Transaction, invoice: Invoice, received: { amountPence: number; reference: string; receivedOn: Day }) {
  const { amountPence, reference, receivedOn } = received;
  const recordedById = tx.viewer.personId;
  if (recordedById === null) throw new Unauthenticated();
  assertReceived(receivedOn, tx.today);
  const { paidPence, state } = settle(invoice, amountPence);
  invoice.paidPence = paidPence;
  invoice.state = state;
  const payment = tx.em.create(Payment, {
    id: newId("pay"),
    invoice: invoice.id,
    amountPence,
    reference,
    receivedOn,
    recordedById,
    recordedAt: tx.now,
  });
  if (state === InvoiceState.Paid) {
    const { id: invoiceId, number, enrolmentId, schoolId, totalPence } = invoice;
    tx.emit(invoicePaid, invoiceId, { invoiceId, number, enrolmentId, schoolId, totalPence, paidOn: receivedOn });
  }
  return payment.id;
}
