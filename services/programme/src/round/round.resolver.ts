import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Args,
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
import { CalendarPattern, calendar, type Milestone } from "../calendar/calendar.rules.ts";
import { programmeTeam } from "../hub/hub.policy.ts";
import type { Loaders } from "../loaders.ts";
import { PinnedRule } from "../rule-version/pinned-rule.ts";
import { cited, type RuleVersion } from "../rule-version/rule-version.rules.ts";
import { DeliveryModel } from "../session/delivery-model.rules.ts";
import { closeRegistration } from "./close-registration.ts";
import { MilestoneType } from "./milestone.ts";
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

  @FieldResolver(() => [MilestoneType], {
    description: "What is due when, for each audience, in order of time, by the calendar that the round has pinned.",
  })
  milestones(@Root() { pattern, year, pinned }: Round): Milestone[] {
    return calendar(pattern, year, pinned.calendar);
  }

  @FieldResolver(() => [PinnedRule], { description: "The rules that the round keeps to, each with its source." })
  rules(@Root() { pinned }: Round): RuleVersion[] {
    return cited(pinned);
  }
}
