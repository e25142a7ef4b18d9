import { type Day, londonDay } from "@psqm/clock/clock";
import type { Context } from "@psqm/subgraph/context";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import { hubCapacity, programmeTeam } from "../hub/hub.policy.ts";
import { Hub } from "../hub/hub.ts";
import type { Loaders } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { approveMentoring } from "./approve-mentoring.ts";
import { mentoringPeople } from "./entitlement.policy.ts";
import {
  type Entitlement,
  entitlementsAt,
  MENTORING_MINUTES,
  MentoringChannel,
  mentoringWarning,
} from "./entitlement.rules.ts";
import { entitlementFacts } from "./entitlement-facts.ts";
import { hubMentoring } from "./hub-mentoring.ts";
import { logMentoring } from "./log-mentoring.ts";
import { EntitlementType, MentoringEntry, MentoringLog } from "./mentoring-entry.ts";
import { HubMentoring, MentoringExcess } from "./mentoring-excess.ts";

@InputType({ description: "Mentoring that was given." })
export class LogMentoringInput {
  @Field(() => ID, { description: "The id of the enrolment of the school that was mentored." })
  enrolmentId!: string;

  @Field(() => MentoringChannel, {
    defaultValue: MentoringChannel.Portal,
    description: "How it was given; by messages of the platform when left out.",
  })
  channel!: MentoringChannel;

  @Field(() => Int, { description: "How many minutes it took: 1 to 480." })
  minutes!: number;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The day on which it was given: today or before; today when left out.",
  })
  on?: Day | null;
}

@InputType({ description: "More mentoring for a school." })
export class ApproveMentoringInput {
  @Field(() => ID, { description: "The id of its enrolment." })
  enrolmentId!: string;

  @Field(() => Int, { description: "How many minutes more than 240: 1 to 1,200." })
  minutes!: number;

  @Field(() => String, { description: "Why: 1 to 500 characters." })
  reason!: string;
}

@Resolver(() => Enrolment)
export class EntitlementsOfEnrolmentResolver {
  @Policed(mentoringPeople)
  @Mutation(() => Enrolment, {
    description:
      "Keeps that you have mentored a school: from a conversation, its enrolment and the minutes are enough. For the leaders and mentors of its hub.",
  })
  logMentoring(
    @Arg("input", () => LogMentoringInput, { description: "Whom, how, how long and when." }) input: LogMentoringInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return logMentoring(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Enrolment, {
    description: "Lets a school have more than its 4 hours of mentoring. For the programme team.",
  })
  approveMentoring(
    @Arg("input", () => ApproveMentoringInput, { description: "Which school, how much more, and why." })
    input: ApproveMentoringInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return approveMentoring(caller, input);
  }

  @FieldResolver(() => [EntitlementType], {
    description:
      "What the school has a right to by this year, and whether it holds; none before it has taken its place.",
  })
  async entitlements(
    @Root() enrolment: Enrolment,
    @Arg("at", () => DayScalar, { nullable: true, description: "The day asked for; today if left out." })
    at: Day | null | undefined,
    @Ctx() { loaders, clock }: Context<Loaders>,
  ): Promise<Entitlement[]> {
    const [round, history] = await Promise.all([
      loaders.round.load(enrolment.roundId),
      loaders.history.load(enrolment.id),
    ]);
    const facts = round && entitlementFacts(enrolment, round, history);
    return facts ? entitlementsAt(facts, at ?? londonDay(clock())) : [];
  }

  @FieldResolver(() => MentoringLog, { description: "The mentoring that the school was given in this year." })
  async mentoring(@Root() { id }: Enrolment, @Ctx() { loaders }: Context<Loaders>): Promise<MentoringLog> {
    const [entries, excess] = await Promise.all([loaders.mentoring.load(id), loaders.mentoringExcess.load(id)]);
    const minutesUsed = entries.reduce((sum, { minutes }) => sum + minutes, 0);
    const minutesLimit = MENTORING_MINUTES + (excess?.minutes ?? 0);
    return { minutesUsed, minutesLimit, excess, warning: mentoringWarning(minutesUsed, minutesLimit), entries };
  }
}

@Resolver(() => MentoringEntry)
export class MentoringEntryResolver {
  @FieldResolver(() => Person, { nullable: true, description: "Who gave it." })
  mentor(@Root() { mentorId }: MentoringEntry): Person {
    return { id: mentorId };
  }
}

@Resolver(() => MentoringExcess)
export class MentoringExcessResolver {
  @FieldResolver(() => Person, { nullable: true, description: "Who approved it." })
  approvedBy(@Root() { approvedById }: MentoringExcess): Person {
    return { id: approvedById };
  }
}

@Resolver(() => Hub)
export class MentoringOfHubResolver {
  @Policed(hubCapacity)
  @FieldResolver(() => HubMentoring, {
    nullable: true,
    description: "The mentoring that its schools in a round were given, by whom, and how much they may have.",
  })
  mentoring(
    @Root() { id }: Hub,
    @Arg("roundId", () => ID, { description: "The round's id." }) roundId: string,
    @Ctx() { em }: Context,
  ): Promise<HubMentoring> {
    return hubMentoring(em, id, roundId);
  }
}
