import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, ObjectType } from "type-graphql";
import type { MilestoneKey } from "../calendar/calendar.rules.ts";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { MilestoneKind } from "../calendar/milestone-kind.ts";

export const ExtensionSchema = defineEntity({
  name: "Extension",
  tableName: "extension",
  properties: {
    enrolmentId: p.text().primary(),
    audience: p.text().$type<CalendarAudience>().primary(),
    key: p.text().$type<MilestoneKey>().primary(),
    until: p.date(),
    reason: p.text(),
    byId: p.text(),
    at: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType("Extension", { simpleResolvers: true, description: "Another last day of something, for one school." })
export class Extension extends ExtensionSchema.class {
  @Field(() => CalendarAudience, { description: "In whose calendar." })
  declare audience: CalendarAudience;

  @Field(() => MilestoneKind, { description: "Of what." })
  declare key: MilestoneKey;

  @Field(() => DayScalar, { description: "The last day that was given." })
  declare until: Day;

  @Field(() => String, { description: "Why." })
  declare reason: string;

  @Field(() => GraphQLISODateTime, { description: "When it was given." })
  declare at: Date;
}
ExtensionSchema.setClass(Extension);
