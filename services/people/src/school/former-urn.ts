import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ObjectType } from "type-graphql";

export const FormerUrnSchema = defineEntity({
  name: "FormerUrn",
  tableName: "school_urn",
  properties: {
    urn: p.string().primary(),
    schoolId: p.string(),
    endedOn: p.date().nullable(),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A URN that a school had before, e.g. before it became an academy." })
export class FormerUrn extends FormerUrnSchema.class {
  @Field(() => String, { description: "The URN." })
  declare urn: string;

  declare schoolId: string;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The last day it was the school's; null when the register does not say.",
  })
  declare endedOn: Opt<Day | null>;
}
FormerUrnSchema.setClass(FormerUrn);
