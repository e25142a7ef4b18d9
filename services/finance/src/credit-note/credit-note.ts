import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { Invoice } from "../invoice/invoice.ts";

export const CreditNoteSchema = defineEntity({
  name: "CreditNote",
  tableName: "credit_note",
  properties: {
    id: p.text().primary(),
    number: p.text().unique("credit_note_number_once"),
    invoice: () => p.oneToOne(Invoice).owner().mapToPk().unique("credit_note_one_per_invoice"),
    amountPence: p.integer(),
    reason: p.text(),
    rule: p.text(),
    version: p.text(),
    citation: p.text(),
    issuedOn: p.date(),
  },
});

/** What is taken off an invoice, for good. */
@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What is taken off an invoice, because its school has left." })
export class CreditNote extends CreditNoteSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => String, { description: "PSQM-C-000001 and so on, without a gap." })
  declare number: string;

  @Field(() => Int, { description: "What it takes off, in pence." })
  declare amountPence: number;

  @Field(() => String, { description: "Why." })
  declare reason: string;

  @Field(() => String, { description: "The kind of rule that decided it." })
  declare rule: string;

  @Field(() => String, { description: "The version of that rule." })
  declare version: string;

  @Field(() => String, { description: "Where the rule stands." })
  declare citation: string;

  @Field(() => DayScalar, { description: "The day on which it was issued." })
  declare issuedOn: Day;
}
CreditNoteSchema.setClass(CreditNote);
