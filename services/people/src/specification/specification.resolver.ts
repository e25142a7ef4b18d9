import { everyone, Policed } from "@psqm/subgraph/policy";
import { Arg, Query, Resolver } from "type-graphql";
import { presentSpecification, SpecificationType } from "./specification.ts";
import { specificationOf, specifications } from "./specifications.rules.ts";

@Resolver(() => SpecificationType)
export class SpecificationResolver {
  @Policed(everyone)
  @Query(() => [SpecificationType], { description: "Every version of the person specification, the oldest first." })
  specifications(): SpecificationType[] {
    return specifications.map(presentSpecification);
  }

  @Policed(everyone)
  @Query(() => SpecificationType, {
    nullable: true,
    description: "What a hub leader or mentor is measured by. Refusals: NOT_FOUND.",
  })
  specification(
    @Arg("version", () => String, { description: "A version by its name, e.g. `specification-s1`." }) version: string,
  ): SpecificationType {
    return presentSpecification(specificationOf(version));
  }
}
