import { addDays, type Day } from "@psqm/clock/clock";
import { feeFor, feeSchedules } from "../fee-schedule/fee-schedule.rules.ts";
import { fundingFor, shareFee } from "../funding/funding.rules.ts";
import { type Provenance, pinnedVersion } from "../rule-version/rule-version.rules.ts";

export enum InvoiceState {
  Issued = "ISSUED",
  PartPaid = "PART_PAID",
  Paid = "PAID",
  Credited = "CREDITED",
}

export enum Payer {
  School = "SCHOOL",
  Funder = "FUNDER",
}

/** What an invoice is made from: an enrolment as it was confirmed. */
export interface Billed {
  schoolName: string;
  localAuthority: string | null;
  pupils: number | null;
  /** Version that the round has pinned. */
  feeSchedule: string;
  confirmedOn: Day;
}

export interface Line extends Provenance {
  description: string;
  amountPence: number;
}

export interface Bill {
  payer: Payer;
  payerName: string;
  /** The sum of the lines, in pence. */
  totalPence: number;
  lines: Line[];
}

/** Days that a payer has from the day of issue (ours). */
const PAYMENT_TERM_DAYS = 30;

/**
 * Who pays how much for an enrolment, each line saying by which rule.
 * @throws UnknownRuleVersion when the fee schedule that was pinned is not known
 */
export function billFor({ schoolName, localAuthority, pupils, feeSchedule, confirmedOn }: Billed): Bill {
  const schedule = pinnedVersion("fee schedule", feeSchedules, feeSchedule);
  const fee = feeFor(schedule, pupils);
  const funding = fundingFor(localAuthority, confirmedOn);
  const { schoolPence, funderPence } = shareFee(fee.pence, funding);
  const programmeFee: Line = {
    description: `PSQM programme fee, ${schoolName}: ${fee.reason}`,
    amountPence: fee.pence,
    rule: "fee-schedule",
    version: schedule.version,
    citation: schedule.citation,
  };
  if (!funding) return { payer: Payer.School, payerName: schoolName, totalPence: schoolPence, lines: [programmeFee] };
  const { funder, version, citation } = funding;
  const funded: Line = {
    description: `Paid in full by the ${funder} for schools in ${funding.localAuthority}`,
    amountPence: 0,
    rule: "funding",
    version,
    citation,
  };
  return { payer: Payer.Funder, payerName: funder, totalPence: funderPence, lines: [programmeFee, funded] };
}

/** `PSQM-000001`, `PSQM-000002` … */
export function invoiceNumber(count: number): string {
  return `PSQM-${String(count).padStart(6, "0")}`;
}

export function dueDay(issuedOn: Day): Day {
  return addDays(issuedOn, PAYMENT_TERM_DAYS);
}

/** What has become of an invoice, in pence. */
export interface Amounts {
  totalPence: number;
  /** Taken off by credit notes. */
  creditedPence: number;
  paidPence: number;
}

/** An invoice's state follows from its amounts. */
export function invoiceState(amounts: Amounts): InvoiceState {
  const { totalPence, creditedPence, paidPence } = amounts;
  if (creditedPence === totalPence) return InvoiceState.Credited;
  if (outstandingPence(amounts) === 0) return InvoiceState.Paid;
  return paidPence === 0 ? InvoiceState.Issued : InvoiceState.PartPaid;
}

/** What is still to be paid, in pence. */
export function outstandingPence({ totalPence, creditedPence, paidPence }: Amounts): number {
  return Math.max(totalPence - creditedPence - paidPence, 0);
}

/** What was paid and is no longer owed, so that the payer gets it back, in pence. */
export function refundDuePence({ totalPence, creditedPence, paidPence }: Amounts): number {
  return Math.max(paidPence - (totalPence - creditedPence), 0);
}
