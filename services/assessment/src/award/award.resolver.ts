import { seesSchool } from "@psqm/identity/viewer";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { everyone, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, Directive, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import type { AssessmentContext } from "../loaders.ts";
import { programmeTeam } from "../role.policy.ts";
import { School, schoolReference } from "../school/school.ts";
import { Submission } from "../submission/submission.ts";
import { Award } from "./award.ts";
import { DecideAwardInput, decideAward } from "./decide-award.ts";

const AwardConnection = connectionOf<Award>("Award", () => Award, ["public"]);

@Resolver(() => Award)
export class AwardResolver {
  @Policed(everyone)
  @Directive('@tag(name: "public")')
  @Query(() => AwardConnection, { description: "The public register of awards, newest first." })
  awards(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: AssessmentContext) {
    return paginate(em, Award, {}, page, { awardedOn: "desc", id: "desc" });
  }

  @Policed(programmeTeam)
  @Mutation(() => Submission, {
    description:
      "Decides on a reviewed submission: the mark it aimed at, another one, or none for not yet. An award is dated today.",
  })
  decideAward(
    @Arg("input", () => DecideAwardInput, { description: "The decision and what the school is told." })
    input: DecideAwardInput,
    @Ctx() context: AssessmentContext,
  ): Promise<Submission> {
    return decideAward(context, input);
  }

  @FieldResolver(() => School, {
    nullable: true,
    description: "The school that was awarded, as it is now; null for those who may not see it.",
  })
  school(@Root() { schoolId }: Award, @Ctx() { viewer }: AssessmentContext): School | null {
    return seesSchool(viewer, schoolId) ? schoolReference(schoolId) : null;
  }
}
