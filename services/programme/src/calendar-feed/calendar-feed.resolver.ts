import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Ctx, Mutation, Query, Resolver } from "type-graphql";
import { CalendarFeed } from "./calendar-feed.ts";
import { makeCalendarFeed } from "./make-calendar-feed.ts";
import { revokeCalendarFeed } from "./revoke-calendar-feed.ts";

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
}
