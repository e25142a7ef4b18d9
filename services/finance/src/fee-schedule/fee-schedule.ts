import type { Day } from "@psqm/clock/clock";
import { everyone, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, Int, ObjectType } from "type-graphql";
import type { FeeSchedule as FeeScheduleRule } from "./fee-schedule.rules.ts";

/** The rule as the graph shows it: what the programme costs is published. */
@Policed(everyone)
@ObjectType({ simpleResolvers: true, description: "What the programme costs a school. A round pins one version." })
export class FeeSchedule implements FeeScheduleRule {
  @Field(() => String, { description: "Its name, as rounds and invoices give it." })
  version!: string;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The first day of rounds that it holds for; null since ever.",
  })
  validFrom!: Day | null;

  @Field(() => DayScalar, { nullable: true, description: "The last such day; null until further notice." })
  validUntil!: Day | null;

  @Field(() => Int, { description: "The full fee, in pence." })
  fullPence!: number;

  @Field(() => Int, {
    nullable: true,
    description: "The fee of a small school, in pence; null when there is no figure.",
  })
  smallPence!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "A school is small with fewer pupils than this: exactly so many pay the full fee. Null when there is no figure.",
  })
  smallBelowPupils!: number | null;

  @Field(() => String, { nullable: true, description: "What the source leaves open and how it is held." })
  remark!: string | null;

  @Field(() => String, { description: "Where it is written: document and passage." })
  citation!: string;
}
