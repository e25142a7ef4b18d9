import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { AssessmentContext } from "../loaders.ts";
import { participants } from "../role.policy.ts";
import { Reflection } from "./reflection.ts";
import { WriteReflectionInput, writeReflection } from "./write-reflection.ts";

@Resolver(() => Reflection)
export class ReflectionResolver {
  @Policed(participants)
  @Mutation(() => Reflection, {
    description:
      "Writes or changes the reflection on one criterion. A change to an older version is refused STALE_VERSION, with the current text in `extensions.current`; after sign-off REFLECTIONS_CLOSED.",
  })
  writeReflection(
    @Arg("input", () => WriteReflectionInput, { description: "The reflection and the version it changes." })
    input: WriteReflectionInput,
    @Ctx() context: AssessmentContext,
  ): Promise<Reflection> {
    return writeReflection(context, input);
  }
}
