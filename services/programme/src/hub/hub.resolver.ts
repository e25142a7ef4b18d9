import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { everyone, Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Args,
  Ctx,
  Directive,
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
import { CalendarFeed } from "../calendar-feed/calendar-feed.ts";
import { visibleEnrolments } from "../enrolment/enrolment.policy.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { Enrolment, EnrolmentConnection } from "../enrolment/enrolment.ts";
import type { Loaders } from "../loaders.ts";
import { School } from "../school/school.ts";
import { changeHub } from "./change-hub.ts";
import { createHub } from "./create-hub.ts";
import { hubCapacity, programmeTeam } from "./hub.policy.ts";
import { Hub, HubConnection } from "./hub.ts";

@InputType({ description: "A hub to make." })
export class CreateHubInput {
  @Field(() => String, { description: "What it is called: 1 to 120 characters, not used before." })
  name!: string;

  @Field(() => String, { description: "The part of England that it serves, in words: 1 to 120 characters." })
  area!: string;

  @Field(() => Int, { description: "How many schools it can support at once: 1 to 500." })
  capacity!: number;

  @Field(() => ID, { description: "The id of the person who leads it." })
  leaderId!: string;

  @Field(() => ID, { nullable: true, description: "The school at which it is based: from there distances are told." })
  baseSchoolId?: string | null;
}

@InputType({ description: "What is to change of a hub; what is left out stays." })
export class ChangeHubInput {
  @Field(() => ID, { description: "The hub's id." })
  hubId!: string;

  @Field(() => String, { nullable: true, description: "What it is called: 1 to 120 characters, not used before." })
  name?: string | null;

  @Field(() => String, { nullable: true, description: "The part of England that it serves: 1 to 120 characters." })
  area?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "How many schools it can support: 1 to 500, not fewer than it has.",
  })
  capacity?: number | null;

  @Field(() => ID, { nullable: true, description: "The school at which it is based: from there distances are told." })
  baseSchoolId?: string | null;
}

@Resolver(() => Hub)
export class HubResolver {
  @Policed(everyone)
  @Directive('@tag(name: "public")')
  @Query(() => HubConnection, { description: "The directory of hubs, by name." })
  hubs(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Connection<Hub>> {
    return paginate(em, Hub, {}, page, { name: "asc", id: "asc" });
  }

  @Policed(everyone)
  @Directive('@tag(name: "public")')
  @Query(() => Hub, { nullable: true, description: "One hub; null when there is none with this id." })
  hub(
    @Arg("id", () => ID, { description: "The hub's id." }) id: string,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Hub | null> {
    return loaders.hub.load(id);
  }

  @Policed(programmeTeam)
  @Mutation(() => Hub, { description: "Makes a hub and has its leader appointed. For the programme team." })
  createHub(
    @Arg("input", () => CreateHubInput, { description: "The hub to make." }) input: CreateHubInput,
    @Ctx() caller: Context,
  ): Promise<Hub> {
    return createHub(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Hub, { description: "Changes a hub's name, area, places or base. For the programme team." })
  changeHub(
    @Arg("input", () => ChangeHubInput, { description: "Which hub, and what is to change." }) input: ChangeHubInput,
    @Ctx() caller: Context,
  ): Promise<Hub> {
    return changeHub(caller, input);
  }

  @FieldResolver(() => School, {
    nullable: true,
    description: "The school at which it is based; null when none is named.",
  })
  base(@Root() { baseSchoolId }: Hub): School | null {
    return baseSchoolId ? { id: baseSchoolId } : null;
  }

  @Policed(hubCapacity)
  @FieldResolver(() => Int, {
    nullable: true,
    description: "How many schools hold a place now, from the offer until their outcome is decided.",
  })
  placesTaken(@Root() { id }: Hub, @Ctx() { loaders }: Context<Loaders>): Promise<number> {
    return loaders.placesTaken.load(id);
  }

  @Policed(hubCapacity)
  @FieldResolver(() => CalendarFeed, {
    nullable: true,
    description: "Its calendar feed, without its path; null when it has none.",
  })
  calendarFeed(@Root() { id }: Hub, @Ctx() { loaders }: Context<Loaders>): Promise<CalendarFeed | null> {
    return loaders.calendarFeed.load(id);
  }

  @Policed(hubCapacity)
  @FieldResolver(() => EnrolmentConnection, {
    nullable: true,
    description: "Registered schools that would like a place in it and wait for one, the first that asked first.",
  })
  waitingList(
    @Root() { id }: Hub,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<Enrolment>> {
    const waiting = { preferredHubId: id, state: EnrolmentState.Registered };
    return paginate(em, Enrolment, { $and: [waiting, visibleEnrolments(viewer)] }, page, { id: "asc" });
  }

  @FieldResolver(() => EnrolmentConnection, {
    description: "Schools that were offered a place in it, as far as you may see them; the latest first.",
  })
  enrolments(
    @Root() { id }: Hub,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<Enrolment>> {
    return paginate(em, Enrolment, { $and: [{ hubId: id }, visibleEnrolments(viewer)] }, page, { id: "desc" });
  }
}
