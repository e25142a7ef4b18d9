import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import { CalendarAudience, type Milestone } from "../calendar/calendar.rules.ts";
import { MilestoneKind } from "../calendar/milestone-kind.ts";

registerEnumType(CalendarAudience, {
  name: "CalendarAudience",
  description: "Whose calendar a milestone stands in. The two differ in places, and each keeps its own dates.",
  valuesConfig: {
    School: { description: "Schools: subject leader, second participant, head teacher." },
    HubLeader: { description: "Leaders of hubs." },
  },
});

@Policed(partOfParent)
@ObjectType("Milestone", {
  simpleResolvers: true,
  description: "Something that is due in a round, with the days between which it happens.",
})
export class MilestoneType implements Milestone {
  @Field(() => MilestoneKind, { description: "Which row it is, by a name that stays the same whatever it is called." })
  key!: Milestone["key"];

  @Field(() => CalendarAudience, { description: "Whose calendar it stands in." })
  audience!: CalendarAudience;

  @Field(() => String, { description: "What happens." })
  name!: string;

  @Field(() => DayScalar, { description: "Its first day." })
  from!: Day;

  @Field(() => DayScalar, { description: "Its last day." })
  until!: Day;

  @Field(() => String, { description: "The documents and passages that say so." })
  source!: string;
}
