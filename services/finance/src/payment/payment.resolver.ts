import type { Day } from "@psqm/clock/clock";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, Resolver } from "type-graphql";
import { financeOfficer } from "../finance-staff.policy.ts";
import { Invoice } from "../invoice/invoice.ts";
import type { FinanceContext } from "../loaders.ts";
import { Payment } from "./payment.ts";
import { recordPayment } from "./record-payment.ts";

@InputType({ description: "Money that has been received." })
export class RecordPaymentInput {
  @Field(() => ID, { description: "The invoice that it is for." })
  invoiceId!: string;

  @Field(() => Int, { description: "How much, in pence: 1 or more, and no more than is outstanding." })
  amountPence!: number;

  @Field(() => String, { description: "What the payer wrote, 1 to 200 characters." })
  reference!: string;

  @Field(() => DayScalar, { description: "The day on which it was received; not after today." })
  receivedOn!: Day;

  @Field(() => String, {
    description:
      "Your own name for this request, 8 to 200 characters, such as a UUID: sent again under it, it pays once.",
  })
  idempotencyKey!: string;
}

@Resolver(() => Payment)
export class PaymentResolver {
  @Policed(financeOfficer)
  @Mutation(() => Invoice, {
    description: "Records money received for an invoice, and gives the invoice as it then is.",
  })
  recordPayment(
    @Arg("input", () => RecordPaymentInput, { description: "What has been received." }) input: RecordPaymentInput,
    @Ctx() context: FinanceContext,
  ): Promise<Invoice> {
    return recordPayment(context, input);
  }
}
