import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, scopedInSql } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Role } from "../role/role.ts";

export const SchoolMembershipSchema = defineEntity({
  name: "SchoolMembership",
  tableName: "school_membership",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    schoolId: p.string(),
    role: p.string().$type<Role>(),
    startedOn: p.date(),
    endedOn: p.date().nullable(),
  },
});

@Policed(scopedInSql("membership-of-visible", "whoever may see both the person and the school"))
@ObjectType({
  simpleResolvers: true,
  description:
    "Somebody's part at a school, from a day to a day. Seen by whoever may see both the person and the school.",
})
export class SchoolMembership extends SchoolMembershipSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare personId: string;

  declare schoolId: string;

  @Field(() => Role, { description: "SUBJECT_LEADER, SECOND_PARTICIPANT or HEAD_TEACHER." })
  declare role: Role;

  @Field(() => DayScalar, { description: "The day it began." })
  declare startedOn: Day;

  @Field(() => DayScalar, { nullable: true, description: "The day it ended; null while it lasts." })
  declare endedOn: Opt<Day | null>;
}
SchoolMembershipSchema.setClass(SchoolMembership);
