import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ObjectType } from "type-graphql";
import { EnrolmentState } from "./enrolment.rules.ts";

export const EnrolmentMoveSchema = defineEntity({
  name: "EnrolmentMove",
  tableName: "enrolment_move",
  properties: {
    position: p.integer().primary().autoincrement(),
    enrolmentId: p.text(),
    from: p.text().$type<EnrolmentState>().fieldName("from_state").nullable(),
    to: p.text().$type<EnrolmentState>().fieldName("to_state"),
    at: p.datetime(3),
    byId: p.text().nullable(),
    reason: p.text().nullable(),
  },
});

/** One step of an enrolment: never changed, never deleted. */
@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "One step of an enrolment from state to state." })
export class EnrolmentMove extends EnrolmentMoveSchema.class {
  @Field(() => EnrolmentState, { nullable: true, description: "The state before; null for the first step." })
  declare from: EnrolmentState | null;

  @Field(() => EnrolmentState, { description: "The state after." })
  declare to: EnrolmentState;

  @Field(() => GraphQLISODateTime, { description: "When it happened." })
  declare at: Date;

  @Field(() => String, { nullable: true, description: "Why, where somebody has said so." })
  declare reason: string | null;
}
EnrolmentMoveSchema.setClass(EnrolmentMove);
