import type { Day } from "@psqm/clock/clock";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from "type-graphql";
import { HubAppointment } from "../hub-appointment/hub-appointment.ts";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { recordTraining } from "./record-training.ts";
import { removeTraining } from "./remove-training.ts";
import { readsStandingOf } from "./training.policy.ts";
import { TrainingKind, trainingInTerm } from "./training.rules.ts";
import { Training, TrainingInTerm } from "./training.ts";

@InputType({ description: "Who attended what." })
class RecordTrainingInput {
  @Field(() => ID, { description: "Who." })
  personId!: string;

  @Field(() => TrainingKind, { description: "What." })
  kind!: TrainingKind;

  @Field(() => DayScalar, { description: "The day they attended, not after today; the first of several." })
  attendedOn!: Day;

  @Field(() => String, {
    nullable: true,
    description: "Which one, where the kind and the day do not tell: at most 500 characters.",
  })
  note?: string | null;
}

@Resolver(() => Training)
export class TrainingResolver {
  @Policed(programmeTeam)
  @Mutation(() => Training, {
    description: "Records that somebody attended a training. Refusals: TRAINING_ALREADY_RECORDED, NOT_FOUND.",
  })
  recordTraining(
    @Arg("input", () => RecordTrainingInput, { description: "Who attended what." }) input: RecordTrainingInput,
    @Ctx() context: PeopleContext,
  ): Promise<Training> {
    return recordTraining(context, { ...input, note: input.note ?? null });
  }

  @Policed(programmeTeam)
  @Mutation(() => Person, {
    description: "Takes a training that was recorded by mistake out of somebody's log. Refusals: NOT_FOUND.",
  })
  removeTraining(
    @Arg("trainingId", () => ID, { description: "Which record." }) trainingId: string,
    @Ctx() context: PeopleContext,
  ): Promise<Person> {
    return removeTraining(context, trainingId);
  }
}

@Resolver(() => Person)
export class TrainingOfPersonResolver {
  @FieldResolver(() => [Training], {
    nullable: true,
    description: "What they attended, the first first; null unless it is oneself or one is of the programme team.",
  })
  async training(@Root() person: Person, @Ctx() { loaders, viewer }: PeopleContext): Promise<Training[] | null> {
    return readsStandingOf(viewer, person.id) ? loaders.trainingOfPerson.load(person.id) : null;
  }
}

@Resolver(() => HubAppointment)
export class TrainingInTermResolver {
  @FieldResolver(() => [TrainingInTerm], {
    nullable: true,
    description:
      "What is to be attended in the current term and how often they came; null unless it is oneself or one is of the programme team.",
  })
  async training(
    @Root() appointment: HubAppointment,
    @Ctx() { loaders, viewer }: PeopleContext,
  ): Promise<TrainingInTerm[] | null> {
    if (!readsStandingOf(viewer, appointment.personId)) return null;
    const known = await loaders.trainingOfPerson.load(appointment.personId);
    return trainingInTerm(appointment, known).map(({ expected, attended }) => {
      const { kind, times, isYearly, isRecommendation, citation } = expected;
      return { kind, times, isYearly, isRecommendation, citation, attended };
    });
  }
}
