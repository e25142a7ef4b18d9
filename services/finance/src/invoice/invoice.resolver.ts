import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { CreditNote } from "../credit-note/credit-note.ts";
import type { FinanceContext } from "../loaders.ts";
import { Payment } from "../payment/payment.ts";
import { invoiceRoles, invoiceVisible, visibleInvoices } from "./invoice.policy.ts";
import { InvoiceState } from "./invoice.rules.ts";
import { Invoice } from "./invoice.ts";

const InvoiceConnection = connectionOf<Invoice>("Invoice", () => Invoice);

@Resolver(() => Invoice)
export class InvoiceResolver {
  @Policed(invoiceRoles)
  @Query(() => Invoice, { nullable: true, description: "One invoice." })
  async invoice(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders, viewer }: FinanceContext,
  ): Promise<Invoice> {
    return requireSeen(invoiceVisible, viewer, await loaders.invoice.load(id), "invoice", id);
  }

  @Policed(invoiceRoles)
  @Query(() => InvoiceConnection, { description: "The invoices that one may see, the newest first." })
  invoices(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("state", () => InvoiceState, { nullable: true, description: "Only those in this state." })
    state: InvoiceState | null | undefined,
    @Ctx() { em, viewer }: FinanceContext,
  ) {
    const visible = visibleInvoices(viewer);
    return paginate(em, Invoice, state ? { ...visible, state } : visible, page, { id: "desc" });
  }

  @FieldResolver(() => [Payment], { description: "What has been paid, in the order in which it was recorded." })
  payments(@Root() { id }: Invoice, @Ctx() { loaders }: FinanceContext): Promise<Payment[]> {
    return loaders.paymentsOfInvoice.load(id);
  }

  @FieldResolver(() => CreditNote, { nullable: true, description: "What took it off again; null when nothing did." })
  creditNote(@Root() { id }: Invoice, @Ctx() { loaders }: FinanceContext): Promise<CreditNote | null> {
    return loaders.creditNoteOfInvoice.load(id);
  }
}
