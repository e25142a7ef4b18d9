import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Context } from "@psqm/subgraph/context";
import { creditNoteOfInvoiceLoader } from "./credit-note/credit-note.loader.ts";
import { earningLoader, earningsOfPersonLoader } from "./earning/earning.loader.ts";
import { invoiceLoader, invoiceOfEnrolmentLoader } from "./invoice/invoice.loader.ts";
import { paymentsOfInvoiceLoader } from "./payment/payment.loader.ts";

export function financeLoaders({ em }: { em: SqlEntityManager }) {
  return {
    invoice: invoiceLoader(em),
    invoiceOfEnrolment: invoiceOfEnrolmentLoader(em),
    paymentsOfInvoice: paymentsOfInvoiceLoader(em),
    creditNoteOfInvoice: creditNoteOfInvoiceLoader(em),
    earning: earningLoader(em),
    earningsOfPerson: earningsOfPersonLoader(em),
  };
}

export type FinanceContext = Context<ReturnType<typeof financeLoaders>>;
