import type { Day } from "@psqm/clock/clock";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import { CalendarAudience, type MilestoneKey } from "../calendar/calendar.rules.ts";
import { MilestoneKind } from "../calendar/milestone-kind.ts";
import { MilestoneState, type StandingMilestone } from "./enrolment-milestone.rules.ts";

registerEnumType(MilestoneState, {
  name: "MilestoneState",
  description: "How a milestone stands for an enrolment, computed from what has happened.",
  valuesConfig: {
    Upcoming: { description: "Its first day has not come." },
    Due: { description: "Its time is now, and it is not done." },
    Late: { description: "Its time is over, and it is not done." },
    Done: { description: "It is done." },
    Over: {
      description:
        "Its time is over: the platform keeps no record of whether it was done, or the outcome is told anyway.",
    },
  },
});

@Policed(partOfParent)
@ObjectType("EnrolmentMilestone", {
  simpleResolvers: true,
  description: "Something that is due in a school's year, and how it stands.",
})
export class EnrolmentMilestone implements StandingMilestone {
  enrolmentId!: string;
  @Field(() => MilestoneKind, { description: "Which row it is, by a name that stays the same whatever it is called." })
  key!: MilestoneKey;

  @Field(() => CalendarAudience, { description: "Whose calendar it stands in." })
  audience!: CalendarAudience;

  @Field(() => String, { description: "What is to be done." })
  name!: string;

  @Field(() => MilestoneState, { description: "How it stands today." })
  state!: MilestoneState;

  @Field(() => DayScalar, { description: "Its first day." })
  from!: Day;

  @Field(() => DayScalar, {
    description: "Its last day by the calendar, or by an extension, whatever day of the week that is.",
  })
  until!: Day;

  @Field(() => DayScalar, {
    nullable: true,
    description:
      "The day after which it is late: the last day, or the next working day in England. Null where the bank holidays of that year are not known; then the last day counts.",
  })
  dueBy!: Day | null;

  @Field(() => DayScalar, { nullable: true, description: "The day on which it was done; null before." })
  doneOn!: Day | null;

  @Field(() => String, { nullable: true, description: "What one should know about it; null when there is nothing." })
  note!: string | null;

  @Field(() => String, { description: "The documents and passages that its dates rest on." })
  source!: string;
}

export const EnrolmentMilestoneConnection = connectionOf("EnrolmentMilestone", () => EnrolmentMilestone);
