import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { Person } from "../person/person.ts";
import { requireCommunity } from "./hub-community.ts";
import { HubPostKind } from "./hub-post.rules.ts";
import { HubPost, HubPostConnection } from "./hub-post.ts";
import { postInHub, withdrawPost } from "./post-in-hub.ts";

@ArgsType()
export class HubPostsArgs extends PageArgs {
  @Field(() => ID, { description: "The hub's id." })
  hubId!: string;

  @Field(() => HubPostKind, { nullable: true, description: "Only announcements, or only the shelf." })
  kind?: HubPostKind | null;
}

@InputType({ description: "Something to put up in a hub." })
export class PostInHubInput {
  @Field(() => ID, { description: "The hub's id." })
  hubId!: string;

  @Field(() => HubPostKind, { description: "An announcement, or something for the shelf." })
  kind!: HubPostKind;

  @Field(() => String, { description: "Its title: 1 to 120 characters." })
  title!: string;

  @Field(() => String, { description: "What it says: 1 to 5,000 characters." })
  text!: string;

  @Field(() => String, { nullable: true, description: "Where it leads, over https; what goes on the shelf needs one." })
  link?: string | null;
}

@Resolver(() => HubPost)
export class HubPostResolver {
  @Policed(knownPerson)
  @Query(() => HubPostConnection, {
    description:
      "What hangs in a hub, the latest first. For the people of its schools, its leaders and mentors and the programme team.",
  })
  async hubPosts(
    @Args(() => HubPostsArgs) { hubId, kind, ...page }: HubPostsArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<HubPost>> {
    await requireCommunity(em, viewer, hubId);
    return paginate(em, HubPost, { hubId, withdrawnAt: null, ...(kind && { kind }) }, page, { id: "desc" });
  }

  @Policed(knownPerson)
  @Mutation(() => HubPost, {
    description: "Puts something up in a hub: announcements its leaders alone, resources everybody in it.",
  })
  postInHub(
    @Arg("input", () => PostInHubInput, { description: "What, and where." }) input: PostInHubInput,
    @Ctx() caller: Context,
  ): Promise<HubPost> {
    return postInHub(caller, input);
  }

  @Policed(knownPerson)
  @Mutation(() => HubPost, {
    description: "Takes something down. For whoever put it up, the hub's leaders and the programme team.",
  })
  withdrawPost(
    @Arg("postId", () => ID, { description: "Its id." }) postId: string,
    @Ctx() caller: Context,
  ): Promise<HubPost> {
    return withdrawPost(caller, postId);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who put it up." })
  by(@Root() { byId }: HubPost): Person {
    return { id: byId };
  }
}
