import { type Day, londonDay } from "@psqm/clock/clock";
import type { Context } from "@psqm/subgraph/context";
import { everyone, knownPerson, Policed, requireSeen } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Args, ArgsType, Ctx, Directive, Field, ID, Query, Resolver } from "type-graphql";
import { SchoolRecord } from "../school/school-record.ts";
import { DirectoryEntry, HubEligibility } from "./directory-entry.ts";
import { schoolVisible } from "./hub-directory.policy.ts";
import { directoryOn, type HubRule, judge, OfstedRating, type Verdict } from "./hub-directory.rules.ts";

@ArgsType()
export class HubsForArgs {
  @Field(() => ID, { description: "The school's id." })
  schoolId!: string;

  @Field(() => OfstedRating, {
    nullable: true,
    description: "How Ofsted rated it last, where you know it: no rating is kept here.",
  })
  ofstedRating?: OfstedRating | null;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The day on which the rules are asked for; today if left out.",
  })
  on?: Day | null;
}

@Resolver(() => DirectoryEntry)
export class HubDirectoryResolver {
  @Policed(everyone)
  @Directive('@tag(name: "public")')
  @Query(() => [DirectoryEntry], {
    description: "Every kind of national school hub: whom it serves and what it offers.",
  })
  hubDirectory(
    @Arg("on", () => DayScalar, { nullable: true, description: "The day on which it is asked for; today if left out." })
    on: Day | null | undefined,
    @Ctx() { clock }: Context,
  ): HubRule[] {
    return directoryOn(on ?? londonDay(clock()));
  }

  @Policed(knownPerson)
  @Query(() => [HubEligibility], {
    description: "Which kinds of national hub may support a school, and for the others the reason why not.",
  })
  async hubsFor(
    @Args(() => HubsForArgs) { schoolId, ofstedRating, on }: HubsForArgs,
    @Ctx() { em, viewer, clock }: Context,
  ): Promise<Verdict[]> {
    const school = requireSeen(schoolVisible, viewer, await em.findOne(SchoolRecord, schoolId), "school", schoolId);
    const { name, status, phase, type } = school;
    const facts = { name, status, phase: phase ?? null, type: type ?? null, rating: ofstedRating ?? null };
    return directoryOn(on ?? londonDay(clock())).map((rule) => judge(rule, facts));
  }
}
