import { Policed } from "@psqm/subgraph/policy";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { earningsOfPerson } from "../earning/earning.policy.ts";
import { Earning } from "../earning/earning.ts";
import type { FinanceContext } from "../loaders.ts";
import { Person } from "./person.ts";

@Resolver(() => Person)
export class PersonResolver {
  @Policed(earningsOfPerson)
  @FieldResolver(() => [Earning], {
    nullable: true,
    description:
      "All that they have earned, the newest first: for themselves, the finance officer and the programme team.",
  })
  earnings(@Root() { id }: Person, @Ctx() { loaders }: FinanceContext): Promise<Earning[]> {
    return loaders.earningsOfPerson.load(id);
  }
}
