import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { CreditNote } from "./credit-note.ts";

/** The credit note of an invoice, or null. */
export function creditNoteOfInvoiceLoader(em: EntityManager): DataLoader<string, CreditNote | null> {
  return new DataLoader(async (invoiceIds) => {
    const found = await em.find(CreditNote, { invoice: { $in: [...invoiceIds] } });
    const byInvoice = new Map(found.map((note) => [note.invoice, note]));
    return invoiceIds.map((id) => byInvoice.get(id) ?? null);
  });
}
