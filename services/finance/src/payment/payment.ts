import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { Invoice } from "../invoice/invoice.ts";

export const PaymentSchema = defineEntity({
  name: "Payment",
  tableName: "payment",
  properties: {
    id: p.text().primary(),
    invoice: () => p.manyToOne(Invoice).mapToPk(),
    amountPence: p.integer(),
    reference: p.text(),
    receivedOn: p.date(),
    recordedById: p.text(),
    recordedAt: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "Money received for an invoice." })
export class Payment extends PaymentSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => Int, { description: "How much, in pence." })
  declare amountPence: number;

  @Field(() => String, { description: "What the payer wrote, such as the reference of the bank transfer." })
  declare reference: string;

  @Field(() => DayScalar, { description: "The day on which it was received." })
  declare receivedOn: Day;
}
PaymentSchema.setClass(Payment);
