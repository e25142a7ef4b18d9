import { type Day, londonDay } from "@psqm/clock/clock";
import type { Context } from "@psqm/subgraph/context";
import { everyone, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { Round } from "../round/round.ts";
import { type Guidance, GuidanceAudience, guidanceOn, type RoleGuidance } from "./guidance.rules.ts";
import { GuidanceType, RoleGuidanceType } from "./guidance.ts";

@Resolver(() => GuidanceType)
export class GuidanceResolver {
  @Policed(everyone)
  @Query(() => GuidanceType, {
    description: "What everyone does in a year, which marks there are and whom each suits, what it costs and includes.",
  })
  guidance(
    @Arg("on", () => DayScalar, {
      nullable: true,
      description: "For a round that begins on this day; today if left out.",
    })
    on: Day | null | undefined,
    @Ctx() { clock }: Context,
  ): Guidance {
    return guidanceOn(on ?? londonDay(clock()));
  }

  @FieldResolver(() => [RoleGuidanceType], { description: "What each does." })
  roles(
    @Root() { roles }: GuidanceType,
    @Arg("audience", () => GuidanceAudience, { nullable: true, description: "Only these people's; all if left out." })
    audience: GuidanceAudience | null | undefined,
  ): RoleGuidance[] {
    return audience ? roles.filter((one) => one.audience === audience) : roles;
  }
}

@Resolver(() => Round)
export class GuidanceOfRoundResolver {
  @FieldResolver(() => GuidanceType, {
    description: "What everyone does in this round, by the version in force when it begins.",
  })
  guidance(@Root() { startsOn }: Round): Guidance {
    return guidanceOn(startsOn);
  }
}
