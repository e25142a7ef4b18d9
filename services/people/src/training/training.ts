import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { TrainingKind } from "./training.rules.ts";

registerEnumType(TrainingKind, {
  name: "TrainingKind",
  description: "What a hub leader or mentor attends.",
  valuesConfig: {
    InitialTraining: { description: "The first training of a hub leader." },
    TrainTheTrainer: { description: "A train-the-trainer session." },
    QualityAssuranceMeeting: { description: "A meeting of hub leaders on professional development and quality." },
    Conference: { description: "The annual conference of hub leaders." },
  },
});

export const TrainingSchema = defineEntity({
  name: "Training",
  tableName: "training",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    kind: p.string().$type<TrainingKind>(),
    attendedOn: p.date(),
    note: p.text().nullable(),
    recordedById: p.string(),
    recordedAt: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType("TrainingRecord", {
  simpleResolvers: true,
  description: "That a hub leader or mentor attended a training.",
})
export class Training extends TrainingSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare personId: string;

  @Field(() => TrainingKind, { description: "What it was." })
  declare kind: TrainingKind;

  @Field(() => DayScalar, { description: "The day they attended; the first of several." })
  declare attendedOn: Day;

  @Field(() => String, { nullable: true, description: "Which one, where the kind and the day do not tell." })
  declare note: Opt<string | null>;

  declare recordedById: string;

  declare recordedAt: Date;
}
TrainingSchema.setClass(Training);

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "What is expected in the current term of an appointment, and what came of it.",
})
export class TrainingInTerm {
  @Field(() => TrainingKind, { description: "What is to be attended." })
  kind!: TrainingKind;

  @Field(() => Int, { description: "How often." })
  times!: number;

  @Field(() => Boolean, { description: "In each year of the appointment, rather than once and for all." })
  isYearly!: boolean;

  @Field(() => Boolean, { description: "Recommended only." })
  isRecommendation!: boolean;

  @Field(() => String, { description: "The document and passage that says so." })
  citation!: string;

  @Field(() => Int, { description: "How often they came: in the year of the term, or ever." })
  attended!: number;
}
