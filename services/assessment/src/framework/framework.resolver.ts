import { everyone, Policed } from "@psqm/subgraph/policy";
import { Arg, Directive, Query, Resolver } from "type-graphql";
import { Framework, presentFramework } from "./framework.ts";
import { currentFramework, frameworkOf } from "./frameworks.rules.ts";

@Resolver(() => Framework)
export class FrameworkResolver {
  @Policed(everyone)
  @Directive('@tag(name: "public")')
  @Query(() => Framework, { nullable: true, description: "The framework that schools evaluate themselves against." })
  framework(
    @Arg("version", () => String, {
      nullable: true,
      description: "A version by its name; the current one if left out.",
    })
    version: string | null,
  ): Framework {
    return presentFramework(version ? frameworkOf(version) : currentFramework);
  }
}
