import { londonDay } from "@psqm/clock/clock";
import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Mutation, Query, Resolver } from "type-graphql";
import { programmeTeam } from "../hub/hub.policy.ts";
import { publishResource, withdrawResource } from "./publish-resource.ts";
import { requireVle } from "./require-vle.ts";
import { VleResourceKind } from "./vle-resource.rules.ts";
import { VleResource, VleResourceConnection } from "./vle-resource.ts";

@ArgsType()
export class VleResourcesArgs extends PageArgs {
  @Field(() => VleResourceKind, { nullable: true, description: "Only resources of this kind." })
  kind?: VleResourceKind | null;
}

@InputType({ description: "A resource for the VLE." })
export class PublishResourceInput {
  @Field(() => VleResourceKind, { description: "What it is." })
  kind!: VleResourceKind;

  @Field(() => String, { description: "Its title: 1 to 120 characters." })
  title!: string;

  @Field(() => String, { description: "What it is about: 1 to 5,000 characters." })
  text!: string;

  @Field(() => String, { description: "Where it is, over https." })
  link!: string;
}

@Resolver(() => VleResource)
export class VleResourceResolver {
  @Policed(knownPerson)
  @Query(() => VleResourceConnection, {
    description:
      "The library of the VLE, the latest first. For schools while their two years run, hub leaders, mentors and the programme team.",
  })
  async vleResources(
    @Args(() => VleResourcesArgs) { kind, ...page }: VleResourcesArgs,
    @Ctx() { em, viewer, clock }: Context,
  ): Promise<Connection<VleResource>> {
    await requireVle(em, viewer, londonDay(clock()));
    return paginate(em, VleResource, { withdrawnAt: null, ...(kind && { kind }) }, page, { id: "desc" });
  }

  @Policed(programmeTeam)
  @Mutation(() => VleResource, { description: "Puts a resource into the VLE. For the programme team." })
  publishResource(
    @Arg("input", () => PublishResourceInput, { description: "The resource." }) input: PublishResourceInput,
    @Ctx() caller: Context,
  ): Promise<VleResource> {
    return publishResource(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => VleResource, { description: "Takes a resource out of the VLE. For the programme team." })
  withdrawResource(
    @Arg("resourceId", () => ID, { description: "Its id." }) resourceId: string,
    @Ctx() caller: Context,
  ): Promise<VleResource> {
    return withdrawResource(caller, resourceId);
  }
}
