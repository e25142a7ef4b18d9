import { everyone, Policed } from "@psqm/subgraph/policy";
import { Query, Resolver } from "type-graphql";
import { feeSchedules } from "./fee-schedule.rules.ts";
import { FeeSchedule } from "./fee-schedule.ts";

@Resolver(() => FeeSchedule)
export class FeeScheduleResolver {
  @Policed(everyone)
  @Query(() => [FeeSchedule], { description: "What the programme has cost and costs, the oldest first." })
  feeSchedules(): readonly FeeSchedule[] {
    return feeSchedules;
  }
}
