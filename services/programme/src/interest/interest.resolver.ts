import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { everyone, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, Field, FieldResolver, ID, InputType, Mutation, Query, Resolver, Root } from "type-graphql";
import { programmeTeam } from "../hub/hub.policy.ts";
import type { Loaders } from "../loaders.ts";
import { Round } from "../round/round.ts";
import { School } from "../school/school.ts";
import { expressInterest } from "./express-interest.ts";
import { Interest, InterestConnection } from "./interest.ts";

@InputType({ description: "Somebody asks about the programme for a school." })
export class ExpressInterestInput {
  @Field(() => String, { description: "Who asks: 1 to 120 characters." })
  name!: string;

  @Field(() => String, { description: "Their e-mail address: a link to confirm it is sent there." })
  email!: string;

  @Field(() => String, { description: "The school's URN, six digits." })
  urn!: string;

  @Field(() => ID, { nullable: true, description: "The round they think of, which is open for registration." })
  roundId?: string | null;

  @Field(() => String, { nullable: true, description: "What they want to say or know: at most 2,000 characters." })
  message?: string | null;
}

@Resolver(() => Interest)
export class InterestResolver {
  @Policed(everyone)
  @Mutation(() => String, {
    description:
      "Asks about the programme for a school, without an account; gives the school's name. Nobody reads it before the link is followed that is sent to the address. Three a day for each address.",
  })
  expressInterest(
    @Arg("input", () => ExpressInterestInput, { description: "Who asks, for which school." })
    input: ExpressInterestInput,
    @Ctx() caller: Context,
  ): Promise<string> {
    return expressInterest(caller, input);
  }

  @Policed(programmeTeam)
  @Query(() => InterestConnection, {
    description:
      "Who asks about the programme and has confirmed their address, the latest first. For the programme team.",
  })
  interests(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Connection<Interest>> {
    return paginate(em, Interest, { confirmedAt: { $ne: null } }, page, { id: "desc" });
  }

  @FieldResolver(() => School, { nullable: true, description: "The school that they ask for." })
  school(@Root() { schoolId }: Interest): School {
    return { id: schoolId };
  }

  @FieldResolver(() => Round, { nullable: true, description: "The round that they think of; null for any." })
  async round(@Root() { roundId }: Interest, @Ctx() { loaders }: Context<Loaders>): Promise<Round | null> {
    return roundId ? loaders.round.load(roundId) : null;
  }
}
