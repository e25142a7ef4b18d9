import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, ID, Int, ObjectType } from "type-graphql";
import { Person } from "../person/person.ts";
import { sessionVisible } from "./session.policy.ts";

export const SessionSchema = defineEntity({
  name: "Session",
  tableName: "session",
  properties: {
    id: p.text().primary(),
    hubId: p.text(),
    roundId: p.text(),
    unit: p.integer(),
    makeUp: p.boolean(),
    startsAt: p.datetime(3),
    minutes: p.integer(),
    place: p.text(),
    capacity: p.integer().nullable(),
    cancelledAt: p.datetime(3).nullable(),
  },
});

/** One meeting of a hub's training in a round. */
@Policed(sessionVisible)
@ObjectType({ simpleResolvers: true, description: "A meeting of a hub's training in a round, in a room or online." })
export class Session extends SessionSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => Int, { description: "The number of the training's unit that it gives." })
  declare unit: number;

  @Field(() => Boolean, { description: "Whether it is for those who missed the unit." })
  declare makeUp: boolean;

  @Field(() => GraphQLISODateTime, { description: "When it begins." })
  declare startsAt: Date;

  @Field(() => Int, { description: "How many minutes it takes, all of which count as CPD." })
  declare minutes: number;

  @Field(() => String, { description: "Where it is: an address or a joining link." })
  declare place: string;

  @Field(() => Int, { nullable: true, description: "How many people it has room for; null without limit." })
  declare capacity: number | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was cancelled; null if it was not." })
  declare cancelledAt: Date | null;
}
SessionSchema.setClass(Session);

export const BookingSchema = defineEntity({
  name: "Booking",
  tableName: "booking",
  properties: {
    sessionId: p.text().primary(),
    personId: p.text().primary(),
    enrolmentId: p.text(),
    bookedAt: p.datetime(3),
    /** Null until attendance is registered; 0 for who did not come. */
    minutesAttended: p.integer().nullable(),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A person's place in a session, and whether they came." })
export class Booking extends BookingSchema.class {
  @Field(() => Int, {
    nullable: true,
    description: "Minutes attended; 0 for who was absent; null until attendance is registered.",
  })
  declare minutesAttended: number | null;
}
BookingSchema.setClass(Booking);

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "A compulsory part of a round's training, and when a school attended it.",
})
export class Unit {
  @Field(() => Int, { description: "From 1." })
  number!: number;

  @Field(() => String, { description: "What it is called." })
  name!: string;

  @Field(() => Int, { description: "How many minutes it takes." })
  minutes!: number;

  @Field(() => DayScalar, { description: "The first day on which it may be held." })
  from!: Day;

  @Field(() => DayScalar, { description: "The last day, make-ups aside." })
  until!: Day;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The day on which somebody of the school attended it; null before.",
  })
  attendedOn!: Day | null;
}

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "What a person's attendance counts as continuing professional development.",
})
export class Cpd {
  @Field(() => Person, { nullable: true, description: "The person." })
  person!: Person;

  @Field(() => Int, { description: "Minutes attended in this enrolment." })
  minutes!: number;
}

@Policed(partOfParent)
@ObjectType("Training", { simpleResolvers: true, description: "A school's training in a round." })
export class TrainingType {
  @Field(() => [Unit], { description: "Its units, in order." })
  units!: Unit[];

  @Field(() => Boolean, { description: "Whether every compulsory unit was attended by somebody of the school." })
  complete!: boolean;

  @Field(() => [Cpd], { description: "Who of the school has attended how much." })
  cpd!: Cpd[];

  @Field(() => [Session], {
    description: "The sessions of its hub in this round, the first one first; cancelled ones too.",
  })
  sessions!: Session[];
}
