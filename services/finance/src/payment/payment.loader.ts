import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { Payment } from "./payment.ts";

/** The payments of an invoice, in the order in which they were recorded. */
export function paymentsOfInvoiceLoader(em: EntityManager): DataLoader<string, Payment[]> {
  return new DataLoader(async (invoiceIds) => {
    const found = await em.find(Payment, { invoice: { $in: [...invoiceIds] } }, { orderBy: { id: "asc" } });
    const byInvoice = Map.groupBy(found, ({ invoice }) => invoice);
    return invoiceIds.map((id) => byInvoice.get(id) ?? []);
  });
}
