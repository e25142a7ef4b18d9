import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { Invoice } from "./invoice.ts";

/** Invoices by id, or null; who may see them is for the policy of the type. */
export function invoiceLoader(em: EntityManager): DataLoader<string, Invoice | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Invoice, { id: { $in: [...ids] } });
    const byId = new Map(found.map((invoice) => [invoice.id, invoice]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** The invoice of an enrolment, or null. */
export function invoiceOfEnrolmentLoader(em: EntityManager): DataLoader<string, Invoice | null> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await em.find(Invoice, { enrolmentId: { $in: [...enrolmentIds] } });
    const byEnrolment = new Map(found.map((invoice) => [invoice.enrolmentId, invoice]));
    return enrolmentIds.map((id) => byEnrolment.get(id) ?? null);
  });
}
