import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { connectionOf } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { CalendarPattern, type MovedMilestone } from "../calendar/calendar.rules.ts";
import type { PinnedRules } from "../rule-version/rule-version.rules.ts";
import { DeliveryModel } from "../session/delivery-model.rules.ts";
import { RoundState } from "./round.rules.ts";

registerEnumType(CalendarPattern, {
  name: "CalendarPattern",
  description: "Which of the two yearly patterns a round follows.",
  valuesConfig: {
    Autumn: { description: "Begins in September, submits in the following June." },
    Spring: { description: "Begins in April, submits in the following March." },
  },
});

registerEnumType(DeliveryModel, {
  name: "DeliveryModel",
  description: "How a round's training is given; 12 hours in each.",
  valuesConfig: {
    TwoDays: { description: "Two days." },
    FourSessions: { description: "Four sessions." },
    SixSessions: { description: "Six sessions of two hours; since September 2022." },
  },
});

registerEnumType(RoundState, {
  name: "RoundState",
  description: "Whether schools may still register for a round.",
  valuesConfig: {
    Open: { description: "Schools may register." },
    Closed: { description: "Registration is over; the round goes on for those who are in it." },
  },
});

export const RoundSchema = defineEntity({
  name: "Round",
  tableName: "round",
  properties: {
    id: p.text().primary(),
    number: p.integer(),
    pattern: p.text().$type<CalendarPattern>(),
    year: p.integer(),
    state: p.text().$type<RoundState>(),
    startsOn: p.date(),
    submissionDueOn: p.date(),
    notifiesOn: p.date(),
    pinned: p.json<PinnedRules>(),
    moved: p.json<MovedMilestone[]>().default([]),
    openedAt: p.datetime(3),
  },
});

/** A year of the programme for the schools that begin together. It keeps the rules it pinned when it was opened. */
@Policed(knownPerson)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A year of the programme for the schools that begin it together." })
export class Round extends RoundSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => Int, { description: 'As in "Round 8"; unique.' })
  declare number: number;

  @Field(() => CalendarPattern, { description: "The yearly pattern that it follows." })
  declare pattern: CalendarPattern;

  @Field(() => Int, { description: "The year in which it begins." })
  declare year: number;

  @Field(() => RoundState, { description: "Whether schools may still register." })
  declare state: RoundState;

  @Field(() => DayScalar, { description: "The first day of the first training." })
  declare startsOn: Day;

  @Field(() => DayScalar, { description: "The last day on which a school may submit." })
  declare submissionDueOn: Day;

  @Field(() => DayScalar, { description: "The day on which outcomes are told, all at once." })
  declare notifiesOn: Day;
}
RoundSchema.setClass(Round);

export const RoundConnection = connectionOf("Round", () => Round);
