import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, Int, ObjectType } from "type-graphql";
import type { Line } from "./invoice.rules.ts";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "One line of an invoice: how much, and why." })
export class InvoiceLine implements Line {
  @Field(() => String, { description: "What it is for." })
  description!: string;

  @Field(() => Int, { description: "In pence." })
  amountPence!: number;

  @Field(() => String, { description: "The kind of rule that it follows: `fee-schedule` or `funding`." })
  rule!: string;

  @Field(() => String, { description: "Which version of that rule." })
  version!: string;

  @Field(() => String, { description: "Where that version is written: document and passage." })
  citation!: string;
}
