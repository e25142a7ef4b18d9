import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { Payer } from "./invoice.rules.ts";

/** Aggregate of both: the invoice. */
export const invoiceIssued = eventType<{
  invoiceId: string;
  number: string;
  enrolmentId: string;
  schoolId: string;
  payer: Payer;
  payerName: string;
  totalPence: number;
  issuedOn: Day;
  dueOn: Day;
}>("invoice.issued");

/** Nothing is outstanding any more. */
export const invoicePaid = eventType<{
  invoiceId: string;
  number: string;
  enrolmentId: string;
  schoolId: string;
  totalPence: number;
  /** The day on which the last payment was received. */
  paidOn: Day;
}>("invoice.paid");
