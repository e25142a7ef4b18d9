import { defineEntity, p } from "@mikro-orm/core";
import { Policed } from "@psqm/subgraph/policy";
import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import { Person } from "../person/person.ts";
import { earningVisible } from "./earning.policy.ts";
import { EarningKind } from "./earning.rules.ts";

registerEnumType(EarningKind, {
  name: "EarningKind",
  description: "What a hub leader is paid for.",
  valuesConfig: {
    HubSchool: { description: "A school of their hub that they have led to its submission." },
    Review: { description: "A submission of another hub's school that they have reviewed." },
  },
});

export const EarningSchema = defineEntity({
  name: "Earning",
  tableName: "earning",
  uniques: [{ name: "earning_once_per_source", properties: ["kind", "sourceId"] }],
  properties: {
    id: p.text().primary(),
    personId: p.text(),
    kind: p.text().$type<EarningKind>(),
    sourceId: p.text(),
    enrolmentId: p.text(),
    amountPence: p.integer(),
    rule: p.text(),
    version: p.text(),
    citation: p.text(),
    accruedAt: p.datetime(3),
  },
});

/** What a hub leader has earned by one piece of work. */
@Policed(earningVisible)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "What a hub leader has earned by one piece of work." })
export class Earning extends EarningSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => EarningKind, { description: "What it is for." })
  declare kind: EarningKind;

  @Field(() => Int, { description: "How much, in pence." })
  declare amountPence: number;

  @Field(() => GraphQLISODateTime, { description: "When the work was done (UTC)." })
  declare accruedAt: Date;

  @Field(() => String, { description: "The kind of rule that it follows: `pay-rates`." })
  declare rule: string;

  @Field(() => String, { description: "Which version of that rule." })
  declare version: string;

  @Field(() => String, { description: "Where that version is written: document and passage." })
  declare citation: string;

  @Field(() => Person, { description: "Who earned it." })
  person(): Person {
    return { id: this.personId };
  }

  @Field(() => Enrolment, {
    nullable: true,
    description: "The enrolment whose submission was led or reviewed; null for those who may not see it.",
  })
  enrolment(): Enrolment {
    return { id: this.enrolmentId };
  }
}
EarningSchema.setClass(Earning);
