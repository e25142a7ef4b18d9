import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import { School } from "../school/school.ts";
import { invoiceVisible } from "./invoice.policy.ts";
import { InvoiceState, type Line, outstandingPence, Payer, refundDuePence } from "./invoice.rules.ts";
import { InvoiceLine } from "./invoice-line.ts";

registerEnumType(InvoiceState, {
  name: "InvoiceState",
  description: "How far an invoice is paid.",
  valuesConfig: {
    Issued: { description: "Nothing has been paid." },
    PartPaid: { description: "A part has been paid." },
    Paid: { description: "Everything has been paid." },
    Credited: { description: "All of it was taken off again by a credit note." },
  },
});

registerEnumType(Payer, {
  name: "Payer",
  description: "Who an invoice is addressed to.",
  valuesConfig: {
    School: { description: "The school itself." },
    Funder: { description: "A fund that pays for schools of its area." },
  },
});

export const InvoiceSchema = defineEntity({
  name: "Invoice",
  tableName: "invoice",
  properties: {
    id: p.text().primary(),
    number: p.text().unique("invoice_number_once"),
    enrolmentId: p.text().unique("invoice_one_per_enrolment"),
    schoolId: p.text(),
    payer: p.text().$type<Payer>(),
    payerName: p.text(),
    state: p.text().$type<InvoiceState>(),
    lines: p.json().$type<Line[]>(),
    totalPence: p.integer(),
    paidPence: p.integer(),
    creditedPence: p.integer().default(0),
    issuedOn: p.date(),
    dueOn: p.date(),
  },
});

/** What a school, or whoever funds it, owes for an enrolment. */
@Policed(invoiceVisible)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "What a school, or whoever funds it, owes for its enrolment." })
export class Invoice extends InvoiceSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => String, { description: "PSQM-000001 and so on, without a gap." })
  declare number: string;

  @Field(() => Payer, { description: "Who pays." })
  declare payer: Payer;

  @Field(() => String, { description: "The name of who pays." })
  declare payerName: string;

  @Field(() => InvoiceState, { description: "How far it is paid." })
  declare state: InvoiceState;

  @Field(() => [InvoiceLine], { description: "What it is made up of." })
  declare lines: Line[];

  @Field(() => Int, { description: "The sum of its lines, in pence." })
  declare totalPence: number;

  @Field(() => Int, { description: "What has been paid, in pence." })
  declare paidPence: number;

  @Field(() => DayScalar, { description: "The day on which it was issued." })
  declare issuedOn: Day;

  @Field(() => DayScalar, { description: "The day by which it is to be paid: 30 days after its issue." })
  declare dueOn: Day;

  @Field(() => Int, { description: "What is still to be paid, in pence." })
  outstandingPence(): number {
    return outstandingPence(this);
  }

  @Field(() => Int, { description: "What credit notes have taken off, in pence." })
  declare creditedPence: Opt<number>;

  @Field(() => Int, { description: "What was paid and is no longer owed, so that the payer gets it back, in pence." })
  refundDuePence(): number {
    return refundDuePence(this);
  }

  @Field(() => Enrolment, { description: "The enrolment that it is for." })
  enrolment(): Enrolment {
    return { id: this.enrolmentId };
  }

  @Field(() => School, { description: "The school that is enrolled." })
  school(): School {
    return { id: this.schoolId };
  }
}
InvoiceSchema.setClass(Invoice);
