import { type Day, londonDay } from "@psqm/clock/clock";
import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { CalendarAudience, CalendarPattern, type Milestone, type MilestoneKey } from "../calendar/calendar.rules.ts";
import { MilestoneKind } from "../calendar/milestone-kind.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { programmeTeam } from "../hub/hub.policy.ts";
import type { Loaders } from "../loaders.ts";
import { PinnedRule } from "../rule-version/pinned-rule.ts";
import { cited, type RuleVersion } from "../rule-version/rule-version.rules.ts";
import { DeliveryModel } from "../session/delivery-model.rules.ts";
import { wholeCalendar } from "../session/round-units.ts";
import { closeRegistration } from "./close-registration.ts";
import { type AffectedEnrolment, ifMoved } from "./if-moved.ts";
import { MilestoneType } from "./milestone.ts";
import { moveMilestone } from "./move-milestone.ts";
import { AffectedEnrolmentType, IfMovedType } from "./moved-milestone.ts";
import { openRound } from "./open-round.ts";
import { Round, RoundConnection } from "./round.ts";

@InputType({ description: "A round to open." })
export class OpenRoundInput {
  @Field(() => Int, { description: 'As in "Round 8": 1 to 999, not used before.' })
  number!: number;

  @Field(() => CalendarPattern, { description: "The yearly pattern that it follows." })
  pattern!: CalendarPattern;

  @Field(() => Int, { description: "The year in which it begins." })
  year!: number;

  @Field(() => DeliveryModel, {
    nullable: true,
    description: "How its training is given; by the first model in force when it begins if left out.",
  })
  deliveryModel?: DeliveryModel | null;
}

/** The row, and the days that it is to have. */
@ArgsType()
export class IfMovedArgs {
  @Field(() => ID, { description: "The round's id." })
  roundId!: string;

  @Field(() => CalendarAudience, { description: "In whose calendar." })
  audience!: CalendarAudience;

  @Field(() => MilestoneKind, { description: "Which row." })
  key!: MilestoneKey;

  @Field(() => DayScalar, { description: "The first day that it would have." })
  from!: Day;

  @Field(() => DayScalar, { description: "The last day that it would have." })
  until!: Day;
}

@InputType({ description: "Other days for a milestone of a round." })
export class MoveMilestoneInput {
  @Field(() => ID, { description: "The round's id." })
  roundId!: string;

  @Field(() => CalendarAudience, { description: "In whose calendar." })
  audience!: CalendarAudience;

  @Field(() => MilestoneKind, { description: "Which row." })
  key!: MilestoneKey;

  @Field(() => DayScalar, { description: "Its first day." })
  from!: Day;

  @Field(() => DayScalar, { description: "Its last day." })
  until!: Day;

  @Field(() => String, { description: "Why: 1 to 500 characters." })
  reason!: string;
}

@Resolver(() => Round)
export class RoundResolver {
  @Policed(knownPerson)
  @Query(() => RoundConnection, { description: "All rounds, the latest number first." })
  rounds(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Connection<Round>> {
    return paginate(em, Round, {}, page, { number: "desc" });
  }

  @Policed(knownPerson)
  @Query(() => Round, { nullable: true, description: "One round; null when there is none with this id." })
  round(
    @Arg("id", () => ID, { description: "The round's id." }) id: string,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Round | null> {
    return loaders.round.load(id);
  }

  @Policed(programmeTeam)
  @Mutation(() => Round, {
    description: "Opens a round for registration; it pins the rules in force on its first day. For the programme team.",
  })
  openRound(
    @Arg("input", () => OpenRoundInput, { description: "The round to open." }) input: OpenRoundInput,
    @Ctx() caller: Context,
  ): Promise<Round> {
    return openRound(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Round, { description: "Ends registration for a round. For the programme team." })
  closeRegistration(
    @Arg("roundId", () => ID, { description: "The round's id." }) roundId: string,
    @Ctx() caller: Context,
  ): Promise<Round> {
    return closeRegistration(caller, roundId);
  }

  @Policed(programmeTeam)
  @Query(() => IfMovedType, {
    description: "Who would be affected if a milestone had other days; nothing is changed. For the programme team.",
  })
  async ifMilestoneMoved(
    @Args(() => IfMovedArgs) { roundId, audience, key, from, until }: IfMovedArgs,
    @Ctx() { em, clock }: Context,
  ): Promise<IfMovedType> {
    const now = clock();
    const row = { roundId, audience, key, from, until, reason: "" };
    const { affected, ...rest } = await ifMoved(em, row, { now, today: londonDay(now) });
    return { ...rest, count: affected.length, affected: affected.slice(0, 100) };
  }

  @Policed(programmeTeam)
  @Mutation(() => Round, {
    description: "Gives a milestone of a round other days, for all of its schools. For the programme team.",
  })
  moveMilestone(
    @Arg("input", () => MoveMilestoneInput, { description: "Which milestone, its days, and why." })
    input: MoveMilestoneInput,
    @Ctx() caller: Context,
  ): Promise<Round> {
    const { roundId, audience, key, from, until, reason } = input;
    return moveMilestone(caller, { roundId, audience, key, from, until, reason });
  }

  @FieldResolver(() => [MilestoneType], {
    description:
      "What is due when, for each audience, in order of time, by the calendar that the round has pinned and what was moved in it since.",
  })
  milestones(@Root() round: Round): Milestone[] {
    return wholeCalendar(round);
  }

  @FieldResolver(() => [PinnedRule], { description: "The rules that the round keeps to, each with its source." })
  rules(@Root() { pinned }: Round): RuleVersion[] {
    return cited(pinned);
  }
}

@Resolver(() => AffectedEnrolmentType)
export class AffectedEnrolmentResolver {
  @FieldResolver(() => Enrolment, { nullable: true, description: "The enrolment." })
  enrolment(
    @Root() { enrolmentId }: AffectedEnrolment,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Enrolment | null> {
    return loaders.enrolment.load(enrolmentId);
  }
}
