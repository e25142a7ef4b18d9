import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, Int, ObjectType } from "type-graphql";
import type { StandingMilestone } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { EnrolmentMilestone } from "../enrolment-milestone/enrolment-milestone.ts";
import { Session } from "../session/session.ts";
import type { AffectedEnrolment, IfMoved } from "./if-moved.ts";

@Policed(partOfParent)
@ObjectType("AffectedEnrolment", {
  simpleResolvers: true,
  description: "What moving a milestone would change for one school.",
})
export class AffectedEnrolmentType implements AffectedEnrolment {
  enrolmentId!: string;

  @Field(() => EnrolmentMilestone, { description: "As it stands." })
  before!: StandingMilestone;

  @Field(() => EnrolmentMilestone, { description: "As it would stand." })
  after!: StandingMilestone;
}

@Policed(partOfParent)
@ObjectType("IfMoved", {
  simpleResolvers: true,
  description: "Who would be affected if a milestone were moved. Nothing is changed by asking.",
})
export class IfMovedType implements IfMoved {
  @Field(() => Int, { description: "For how many schools something would change; who has done it is not among them." })
  count!: number;

  @Field(() => Int, { description: "How many would become late with it." })
  newlyLate!: number;

  @Field(() => Int, { description: "How many would be late with it no longer." })
  noLongerLate!: number;

  @Field(() => [AffectedEnrolmentType], { description: "The first 100 of them, by enrolment." })
  affected!: AffectedEnrolment[];

  @Field(() => [Session], { description: "Sessions to come that would no longer be within their unit's days." })
  sessionsOutside!: Session[];
}
