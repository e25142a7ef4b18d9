import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, ID, Query, Resolver } from "type-graphql";
import type { FinanceContext } from "../loaders.ts";
import { visibleEarnings } from "./earning.policy.ts";
import { Earning } from "./earning.ts";

const EarningConnection = connectionOf<Earning>("Earning", () => Earning);

@Resolver(() => Earning)
export class EarningResolver {
  @Policed(knownPerson)
  @Query(() => EarningConnection, {
    description: "One's own earnings, the newest first; the finance officer and the programme team see everybody's.",
  })
  earnings(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("personId", () => ID, { nullable: true, description: "Only this person's." })
    personId: string | null | undefined,
    @Ctx() { em, viewer }: FinanceContext,
  ) {
    const visible = visibleEarnings(viewer);
    const where = personId ? { $and: [visible, { personId }] } : visible;
    return paginate(em, Earning, where, page, { id: "desc" });
  }
}
