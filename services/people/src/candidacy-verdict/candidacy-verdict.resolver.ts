import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { CriterionVerdict } from "./candidacy-verdict.rules.ts";
import { CandidacyVerdict } from "./candidacy-verdict.ts";
import { judgeCriterion } from "./judge-criterion.ts";

@InputType({ description: "What is found about one criterion." })
class JudgeCriterionInput {
  @Field(() => ID, { description: "The candidacy, which is under review." })
  candidacyId!: string;

  @Field(() => String, { description: "The code of the criterion, e.g. `LED_CPD`." })
  criterion!: string;

  @Field(() => CriterionVerdict, { description: "What was found." })
  verdict!: CriterionVerdict;

  @Field(() => String, { nullable: true, description: "Why, for the candidate to read: at most 5000 characters." })
  comment?: string | null;

  @Field(() => Int, { description: "The version that this changes; 0 for the first verdict on the criterion." })
  version!: number;
}

@Resolver(() => CandidacyVerdict)
export class CandidacyVerdictResolver {
  @Policed(programmeTeam)
  @Mutation(() => CandidacyVerdict, {
    description:
      "Gives or changes the verdict on one criterion. A change to an older version is refused STALE_VERSION, with the current one in `extensions.current`. Refusals: NOT_UNDER_REVIEW, OWN_CANDIDACY, NOT_FOUND.",
  })
  judgeCriterion(
    @Arg("input", () => JudgeCriterionInput, { description: "The verdict and the version it changes." })
    input: JudgeCriterionInput,
    @Ctx() context: PeopleContext,
  ): Promise<CandidacyVerdict> {
    return judgeCriterion(context, { ...input, comment: input.comment ?? null });
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who gave it; null for whom one may not see." })
  givenBy(@Root() verdict: CandidacyVerdict, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(verdict.givenById);
  }
}
