import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Invoice } from "../invoice/invoice.ts";
import type { FinanceContext } from "../loaders.ts";
import { Enrolment } from "./enrolment.ts";

@Resolver(() => Enrolment)
export class EnrolmentResolver {
  @FieldResolver(() => Invoice, {
    nullable: true,
    description: "What is owed for it; null before it is confirmed, and for whoever may not see it.",
  })
  invoice(@Root() { id }: Enrolment, @Ctx() { loaders }: FinanceContext): Promise<Invoice | null> {
    return loaders.invoiceOfEnrolment.load(id);
  }
}
