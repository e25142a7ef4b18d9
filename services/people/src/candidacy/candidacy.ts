import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { criteriaAskedOf, type SpecificationCriterion } from "../specification/specification.rules.ts";
import { specificationOf } from "../specification/specifications.rules.ts";
import { candidacyPolicy } from "./candidacy.policy.ts";
import { CandidacyState } from "./candidacy.rules.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";

registerEnumType(CandidacyKind, {
  name: "CandidacyKind",
  description: "What one applies to be.",
  valuesConfig: {
    HubLeader: { description: "Leader of a hub." },
    Mentor: { description: "Mentor of a hub's schools." },
  },
});

registerEnumType(CandidacyState, {
  name: "CandidacyState",
  description: "How far a candidacy has come.",
  valuesConfig: {
    Draft: { description: "Being written; nobody but the candidate sees it." },
    Submitted: { description: "Handed in." },
    UnderReview: { description: "The programme team reads it and gives a verdict on each criterion." },
    EvidenceAsked: { description: "The programme team wants more evidence; the candidate may write again." },
    Appointed: { description: "Ended by an appointment as what was applied for." },
    Declined: { description: "Ended without one, with a reason." },
  },
});

export const CandidacySchema = defineEntity({
  name: "Candidacy",
  tableName: "candidacy",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    kind: p.string().$type<CandidacyKind>(),
    state: p.string().$type<CandidacyState>(),
    specification: p.string(),
    isTeacher: p.boolean(),
    statement: p.text(),
    version: p.integer(),
    startedAt: p.datetime(3),
    submittedAt: p.datetime(3).nullable(),
    answeredAt: p.datetime(3).nullable(),
    appointedOn: p.date().nullable(),
    appointmentId: p.string().nullable(),
  },
});

@Policed(candidacyPolicy)
@ObjectType({
  simpleResolvers: true,
  description:
    "What somebody brings to be hub leader or mentor. Seen by the candidate and, once handed in, the programme team.",
})
export class Candidacy extends CandidacySchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare personId: string;

  @Field(() => CandidacyKind, { description: "What was applied for." })
  declare kind: CandidacyKind;

  @Field(() => CandidacyState, { description: "How far it has come." })
  declare state: CandidacyState;

  declare specification: string;

  @Field(() => Boolean, {
    description: "Whether the candidate teaches in a school: some criteria are for teachers only.",
  })
  declare isTeacher: boolean;

  @Field(() => String, { description: "Why the candidate thinks they are the one." })
  declare statement: string;

  @Field(() => Int, { description: "Rises with every change of the statement, from 1. Send it with the next change." })
  declare version: number;

  @Field(() => GraphQLISODateTime, { description: "When the draft was begun." })
  declare startedAt: Date;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was first handed in; null in a draft." })
  declare submittedAt: Opt<Date | null>;

  /** When the team last told the candidate something. */
  declare answeredAt: Opt<Date | null>;

  @Field(() => DayScalar, { nullable: true, description: "The day of the appointment that ended it." })
  declare appointedOn: Opt<Day | null>;

  declare appointmentId: Opt<string | null>;

  /** What the candidate is measured by, in the order of the pinned specification. */
  criteriaAsked(): SpecificationCriterion[] {
    return criteriaAskedOf(specificationOf(this.specification), this);
  }
}
CandidacySchema.setClass(Candidacy);
