import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { AssessmentContext } from "../loaders.ts";
import { Person, personReference } from "../person/person.ts";
import { hubLeaders, programmeTeam } from "../role.policy.ts";
import { AssignReviewerInput, assignReviewer } from "./assign-reviewer.ts";
import { CompleteReviewInput, completeReview } from "./complete-review.ts";
import { seesReviewer } from "./review.policy.ts";
import { Review } from "./review.ts";

@Resolver(() => Review)
export class ReviewResolver {
  @Policed(programmeTeam)
  @Mutation(() => Review, {
    description:
      "Asks a leader of another hub to review a submission. Whoever is tied to the school or its hub is refused REVIEWER_CONFLICT.",
  })
  assignReviewer(
    @Arg("input", () => AssignReviewerInput, { description: "The submission and the reviewer." })
    input: AssignReviewerInput,
    @Ctx() context: AssessmentContext,
  ): Promise<Review> {
    return assignReviewer(context, input);
  }

  @Policed(hubLeaders)
  @Mutation(() => Review, { description: "Gives the review that one was asked for; once." })
  completeReview(
    @Arg("input", () => CompleteReviewInput, { description: "The recommendation and the comment." })
    input: CompleteReviewInput,
    @Ctx() context: AssessmentContext,
  ): Promise<Review> {
    return completeReview(context, input);
  }

  @Policed(seesReviewer)
  @FieldResolver(() => Person, {
    nullable: true,
    description: "Who reviews it. Hidden from the school and its hub, so that a reviewer can be frank.",
  })
  reviewer(@Root() { reviewerId }: Review): Person {
    return personReference(reviewerId);
  }
}
