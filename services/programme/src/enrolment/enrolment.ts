import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { enrolmentVisible, registrationVisible } from "./enrolment.policy.ts";
import { EnrolmentState } from "./enrolment.rules.ts";

registerEnumType(EnrolmentState, {
  name: "EnrolmentState",
  description: "Where a school stands in a round.",
  valuesConfig: {
    Interested: { description: "The school has asked about the programme." },
    Registered: { description: "The school has registered and waits for a place." },
    Offered: { description: "A hub has a place for it; the school has not answered yet." },
    Confirmed: { description: "The school has taken the place; its subject leader has not joined yet." },
    Active: { description: "The school is in its PSQM year." },
    Submitted: { description: "The school has handed in its submission." },
    InReview: { description: "Leaders of other hubs are reviewing the submission." },
    Notified: { description: "The outcome has been told." },
    Awarded: { description: "The school holds the mark, for three years." },
    NotAwarded: { description: "The school has not reached a mark yet." },
    Expiring: { description: "The award ends soon." },
    Expired: { description: "The award has ended." },
    Reaccrediting: { description: "The school goes on in a later round to be accredited anew." },
    Deferred: { description: "The school has moved to a later round." },
    Withdrawn: { description: "The school has left the round." },
  },
});

export const EnrolmentSchema = defineEntity({
  name: "Enrolment",
  tableName: "enrolment",
  properties: {
    id: p.text().primary(),
    schoolId: p.text(),
    roundId: p.text(),
    hubId: p.text().nullable(),
    state: p.text().$type<EnrolmentState>(),
    registeredById: p.text(),
    registeredAt: p.datetime(3),
    confirmedOn: p.date().nullable(),
    awardValidUntil: p.date().nullable(),
    preferredHubId: p.text().nullable(),
    purchaseOrder: p.text().nullable(),
    pupilsTold: p.integer().nullable(),
    consentBy: p.text().nullable(),
    consentOn: p.date().nullable(),
  },
});

/** A school's way through one round; at most one for each school and round. */
@Policed(enrolmentVisible)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A school's way through one round of the programme." })
export class Enrolment extends EnrolmentSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => EnrolmentState, { description: "Where the school stands." })
  declare state: EnrolmentState;

  @Field(() => GraphQLISODateTime, { description: "When the school was registered." })
  declare registeredAt: Date;

  @Field(() => DayScalar, { nullable: true, description: "The day on which the school took its place." })
  declare confirmedOn: Day | null;
}
EnrolmentSchema.setClass(Enrolment);

@Policed(registrationVisible)
@ObjectType({ simpleResolvers: true, description: "What a school said when it registered." })
export class Registration {
  schoolId!: string;

  @Field(() => Int, { nullable: true, description: "Pupils on roll, as the school told; null when it did not." })
  pupils!: number | null;

  @Field(() => String, { nullable: true, description: "The number that its invoice is to carry; null for none." })
  purchaseOrder!: string | null;

  @Field(() => String, { nullable: true, description: "Who of the senior leadership team consents; null before." })
  consentBy!: string | null;

  @Field(() => DayScalar, { nullable: true, description: "The day on which they consented." })
  consentOn!: Day | null;
}

export const EnrolmentConnection = connectionOf("Enrolment", () => Enrolment);
