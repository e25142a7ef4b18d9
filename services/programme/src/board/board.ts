import type { Day } from "@psqm/clock/clock";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import type { StandingMilestone } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { EnrolmentMilestone } from "../enrolment-milestone/enrolment-milestone.ts";
import { Hub } from "../hub/hub.ts";
import { Round } from "../round/round.ts";
import { BoardSort, type BoardRow as Row } from "./board.rules.ts";
import { HubRisk } from "./programme-board.rules.ts";

registerEnumType(BoardSort, {
  name: "BoardSort",
  description: "How a hub's board is sorted; ties by the school's name.",
  valuesConfig: {
    Name: { description: "By the school's name." },
    NextDue: { description: "What is due first comes first." },
    MostLate: { description: "Who is late with most comes first." },
    MostMentored: { description: "Who was mentored most comes first." },
  },
});

registerEnumType(HubRisk, {
  name: "HubRisk",
  description: "What the programme team should look at in a hub.",
  valuesConfig: {
    NoLeader: { description: "Nobody leads it now." },
    Full: { description: "All of its places are taken." },
    ManyLate: { description: "A quarter of its schools or more is late with something." },
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "One school on the board of its hub." })
export class BoardRow implements Row {
  enrolmentId!: string;

  @Field(() => String, { description: "The school's name." })
  schoolName!: string;

  @Field(() => EnrolmentState, { description: "Where the school stands." })
  state!: EnrolmentState;

  @Field(() => EnrolmentMilestone, {
    nullable: true,
    description: "What the school has to do next; null when nothing is to come.",
  })
  nextDue!: StandingMilestone | null;

  @Field(() => [EnrolmentMilestone], { description: "What the school is late with, the longest first." })
  late!: StandingMilestone[];

  @Field(() => Int, { description: "Minutes of mentoring so far." })
  minutesUsed!: number;

  @Field(() => DayScalar, { nullable: true, description: "The last day on which it was mentored; null before." })
  lastMentoredOn!: Day | null;

  @Field(() => Int, { description: "How many units of its training it has attended." })
  unitsAttended!: number;

  @Field(() => Int, { description: "How many units its training has." })
  units!: number;
}

export const BoardRowConnection = connectionOf("BoardRow", () => BoardRow);

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A file to keep." })
export class CsvFile {
  @Field(() => String, { description: "A name for it, such as `hub-board-2026-09-01.csv`." })
  name!: string;

  @Field(() => String, {
    description: "CSV with a header; a cell that a spreadsheet would take for a formula has an apostrophe before it.",
  })
  text!: string;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "How many enrolments stand where." })
export class StateCount {
  @Field(() => EnrolmentState, { description: "Where they stand." })
  state!: EnrolmentState;

  @Field(() => Int, { description: "How many do." })
  count!: number;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A round on the programme team's board." })
export class RoundBoard {
  @Field(() => Round, { description: "The round." })
  round!: Round;

  @Field(() => [StateCount], { description: "Its enrolments by where they stand, in the order of a year." })
  counts!: StateCount[];

  @Field(() => Int, { description: "How many of its schools are late with something." })
  lateSchools!: number;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A hub on the programme team's board." })
export class HubStanding {
  @Field(() => Hub, { description: "The hub." })
  hub!: Hub;

  @Field(() => Int, { description: "How many schools hold a place in it." })
  placesTaken!: number;

  @Field(() => Int, { description: "How many of its schools are late with something." })
  lateSchools!: number;

  @Field(() => [HubRisk], { description: "What to look at; empty when all is well." })
  risks!: HubRisk[];
}

export const HubStandingConnection = connectionOf("HubStanding", () => HubStanding);
