import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { planners } from "../session/session.policy.ts";
import { CalendarFeed } from "./calendar-feed.ts";
import { makeCalendarFeed, makeHubCalendarFeed } from "./make-calendar-feed.ts";
import { revokeCalendarFeed, revokeHubCalendarFeed } from "./revoke-calendar-feed.ts";

@Resolver(() => CalendarFeed)
export class CalendarFeedResolver {
  @Policed(knownPerson)
  @Query(() => CalendarFeed, {
    nullable: true,
    description: "Your calendar feed, without its path; null when you have none.",
  })
  async myCalendarFeed(@Ctx() { em, viewer }: Context): Promise<CalendarFeed | null> {
    return viewer.personId ? em.findOne(CalendarFeed, viewer.personId) : null;
  }

  @Policed(knownPerson)
  @Mutation(() => CalendarFeed, {
    description: "Makes you a calendar feed and tells its path, this once; a feed that you had before stops to answer.",
  })
  makeCalendarFeed(@Ctx() caller: Context): Promise<CalendarFeed> {
    return makeCalendarFeed(caller);
  }

  @Policed(knownPerson)
  @Mutation(() => CalendarFeed, { description: "Revokes your calendar feed: its path answers no more." })
  revokeCalendarFeed(@Ctx() caller: Context): Promise<CalendarFeed> {
    return revokeCalendarFeed(caller);
  }

  @Policed(planners)
  @Mutation(() => CalendarFeed, {
    description:
      "Makes a hub a calendar feed of what its leaders have to do, and tells its path, this once; one that it had before stops to answer. For its leaders and the programme team.",
  })
  makeHubCalendarFeed(
    @Arg("hubId", () => ID, { description: "The hub's id." }) hubId: string,
    @Ctx() caller: Context,
  ): Promise<CalendarFeed> {
    return makeHubCalendarFeed(caller, hubId);
  }

  @Policed(planners)
  @Mutation(() => CalendarFeed, {
    description: "Revokes a hub's calendar feed: its path answers no more. For its leaders and the programme team.",
  })
  revokeHubCalendarFeed(
    @Arg("hubId", () => ID, { description: "The hub's id." }) hubId: string,
    @Ctx() caller: Context,
  ): Promise<CalendarFeed> {
    return revokeHubCalendarFeed(caller, hubId);
  }
}
