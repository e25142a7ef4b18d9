import { londonDay } from "@psqm/clock/clock";
import { type Connection, PageArgs, paginateList } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import type { Loaders } from "../loaders.ts";
import { roundCalendar } from "../session/round-units.ts";
import { MilestoneState, type StandingMilestone, standingMilestones } from "./enrolment-milestone.rules.ts";
import { EnrolmentMilestone, EnrolmentMilestoneConnection } from "./enrolment-milestone.ts";
import { ownMilestones } from "./own-milestones.ts";

@ArgsType()
export class MyMilestonesArgs extends PageArgs {
  @Field(() => [MilestoneState], { nullable: true, description: "Only those in one of these states." })
  states?: MilestoneState[] | null;
}

@Resolver(() => EnrolmentMilestone)
export class EnrolmentMilestoneResolver {
  @Policed(knownPerson)
  @Query(() => EnrolmentMilestoneConnection, {
    description:
      "What you have to do and by when, the first last day first: the school's calendar where you belong to the school, the hub leader's where you lead or mentor its hub.",
  })
  async myMilestones(
    @Args(() => MyMilestonesArgs) { states, ...page }: MyMilestonesArgs,
    @Ctx() { em, viewer, clock }: Context,
  ): Promise<Connection<StandingMilestone>> {
    const own = await ownMilestones(em, viewer, londonDay(clock()));
    const wanted = states ? own.filter(({ state }) => states.includes(state)) : own;
    return paginateList(wanted, page, ({ until, enrolmentId, audience, key }) => [until, enrolmentId, audience, key]);
  }

  @FieldResolver(() => Enrolment, { nullable: true, description: "The enrolment in which it is due." })
  enrolment(
    @Root() { enrolmentId }: EnrolmentMilestone,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Enrolment | null> {
    return loaders.enrolment.load(enrolmentId);
  }
}

@Resolver(() => Enrolment)
export class MilestonesOfEnrolmentResolver {
  @FieldResolver(() => [EnrolmentMilestone], {
    description:
      "What is due in this year and how it stands, in order of time. None before the school has its place, or when it has left.",
  })
  async milestones(
    @Root() enrolment: Enrolment,
    @Arg("audience", () => CalendarAudience, {
      nullable: true,
      description: "Only one side's calendar; both if left out.",
    })
    audience: CalendarAudience | null | undefined,
    @Ctx() { loaders, clock }: Context<Loaders>,
  ): Promise<StandingMilestone[]> {
    const [round, facts, extensions] = await Promise.all([
      loaders.round.load(enrolment.roundId),
      loaders.milestoneFacts.load(enrolment.id),
      loaders.extensions.load(enrolment.id),
    ]);
    if (!round) return [];
    const rows = roundCalendar(round);
    const wanted = audience ? rows.filter((row) => row.audience === audience) : rows;
    return standingMilestones(enrolment, wanted, facts, londonDay(clock()), extensions);
  }
}
