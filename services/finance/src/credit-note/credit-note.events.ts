import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";

/** Aggregate: the invoice. */
export const creditNoteIssued = eventType<{
  creditNoteId: string;
  number: string;
  invoiceId: string;
  enrolmentId: string;
  schoolId: string;
  amountPence: number;
  /** What the payer has paid and is no longer owed. */
  refundDuePence: number;
  issuedOn: Day;
}>("credit-note.issued");
