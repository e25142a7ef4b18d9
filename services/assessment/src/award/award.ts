import { defineEntity, p } from "@mikro-orm/core";
import { everyone, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";

export const AwardSchema = defineEntity({
  name: "Award",
  tableName: "award",
  properties: {
    id: p.string().primary(),
    enrolmentId: p.string(),
    submissionId: p.string(),
    schoolId: p.string(),
    mark: p.enum(() => Mark),
    awardedOn: p.date(),
    validUntil: p.date(),
    schoolName: p.string(),
    urn: p.string(),
    localAuthority: p.string().nullable(),
  },
});

/** An entry of the public register. The school's name and place are those of its year: a school may change or close. */
@Policed(everyone)
@Directive('@key(fields: "id")')
@Directive('@tag(name: "public")')
@ObjectType({ simpleResolvers: true, description: "A quality mark that a school was awarded; public." })
export class Award extends AwardSchema.class {
  @Directive('@tag(name: "public")')
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Directive('@tag(name: "public")')
  @Field(() => Mark, { description: "The mark awarded." })
  declare mark: Mark;

  @Directive('@tag(name: "public")')
  @Field(() => DayScalar, { description: "The day it was awarded." })
  declare awardedOn: string;

  @Directive('@tag(name: "public")')
  @Field(() => DayScalar, { description: "The last day on which it is valid: the same day three years on." })
  declare validUntil: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "The school's name when it took part." })
  declare schoolName: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "The school's unique reference number when it took part." })
  declare urn: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { nullable: true, description: "The school's local authority when it took part." })
  declare localAuthority: string | null | undefined;
}
AwardSchema.setClass(Award);
