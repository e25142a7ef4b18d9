import type { Day } from "@psqm/clock/clock";
import type { Context } from "@psqm/subgraph/context";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from "type-graphql";
import { CalendarAudience, type MilestoneKey } from "../calendar/calendar.rules.ts";
import { MilestoneKind } from "../calendar/milestone-kind.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import type { Loaders } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { planners } from "../session/session.policy.ts";
import { extendMilestone } from "./extend-milestone.ts";
import { Extension } from "./extension.ts";

@InputType({ description: "A later last day for one school." })
export class ExtendMilestoneInput {
  @Field(() => ID, { description: "The enrolment's id." })
  enrolmentId!: string;

  @Field(() => CalendarAudience, { description: "In whose calendar." })
  audience!: CalendarAudience;

  @Field(() => MilestoneKind, { description: "Of what." })
  key!: MilestoneKey;

  @Field(() => DayScalar, { description: "The new last day: later than the calendar's." })
  until!: Day;

  @Field(() => String, { description: "Why: 1 to 500 characters." })
  reason!: string;
}

@Resolver(() => Enrolment)
export class ExtensionsOfEnrolmentResolver {
  @Policed(planners)
  @Mutation(() => Enrolment, {
    description:
      "Gives a school or its hub leader a later last day. For the hub's leaders; submission, review and outcome, for which others wait, for the programme team alone.",
  })
  extendMilestone(
    @Arg("input", () => ExtendMilestoneInput, { description: "Of what, to which day, and why." })
    input: ExtendMilestoneInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return extendMilestone(caller, input);
  }

  @FieldResolver(() => [Extension], { description: "Later last days that it was given, the first given first." })
  extensions(@Root() { id }: Enrolment, @Ctx() { loaders }: Context<Loaders>): Promise<Extension[]> {
    return loaders.extensions.load(id);
  }
}

@Resolver(() => Extension)
export class ExtensionResolver {
  @FieldResolver(() => Person, { nullable: true, description: "Who gave it." })
  by(@Root() { byId }: Extension): Person {
    return { id: byId };
  }
}
