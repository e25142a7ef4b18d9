import { defineEntity, p } from "@mikro-orm/core";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";
import { seesAssessment } from "./assessment.policy.ts";
import { AssessmentState, TargetMarkState } from "./assessment.rules.ts";

registerEnumType(AssessmentState, {
  name: "AssessmentState",
  description: "Where a school's year of assessment stands.",
  valuesConfig: {
    Open: { description: "The school evaluates itself; no target mark yet." },
    TargetProposed: { description: "The school has proposed a target mark; its hub leader has not agreed yet." },
    TargetAgreed: { description: "School and hub leader agree on the target mark; reflections are written." },
    SignedOff: { description: "The hub leader has signed off; reflections are closed." },
    Submitted: { description: "The school has submitted." },
    InReview: { description: "A hub leader of another hub reviews the submission." },
    Decided: { description: "The programme team has decided: awarded or not." },
  },
});

registerEnumType(TargetMarkState, {
  name: "TargetMarkState",
  description: "How far a target mark has come.",
  valuesConfig: {
    Proposed: { description: "The school proposes it." },
    Agreed: { description: "The hub leader has agreed." },
  },
});

export const AssessmentSchema = defineEntity({
  name: "Assessment",
  tableName: "assessment",
  properties: {
    id: p.string().primary(),
    enrolmentId: p.string(),
    schoolId: p.string(),
    schoolName: p.string(),
    urn: p.string(),
    localAuthority: p.string().nullable(),
    hubId: p.string(),
    /** Pinned by the round through the enrolment. */
    framework: p.string(),
    payRates: p.string(),
    openedOn: p.date(),
    state: p.enum(() => AssessmentState),
    targetMark: p.enum(() => Mark).nullable(),
    signedOffAt: p.datetime(3).nullable(),
    signedOffById: p.string().nullable(),
    /** The school has left the round: where it stood stays to be seen, nothing moves on. */
    withdrawnOn: p.date().nullable(),
  },
});

/** One school's year of assessment, from self-evaluation to decision. One per enrolment; the lock of all its parts. */
@Policed(seesAssessment)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A school's year of assessment: target mark, reflections, outcome." })
export class Assessment extends AssessmentSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => AssessmentState, { description: "Where it stands." })
  declare state: AssessmentState;

  @Field(() => Mark, { nullable: true, description: "The mark the school works towards; null until it proposes one." })
  declare targetMark: Mark | null | undefined;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When the hub leader signed off; null before." })
  declare signedOffAt: Date | null | undefined;

  @Field(() => DayScalar, { nullable: true, description: "The day its school left the round; null if it has not." })
  declare withdrawnOn: string | null | undefined;
}
AssessmentSchema.setClass(Assessment);
