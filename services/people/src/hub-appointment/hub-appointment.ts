import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, scopedInSql } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Role } from "../role/role.ts";

export const HubAppointmentSchema = defineEntity({
  name: "HubAppointment",
  tableName: "hub_appointment",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    hubId: p.string(),
    role: p.string().$type<Role>(),
    startedOn: p.date(),
    termEndsOn: p.date(),
    endedOn: p.date().nullable(),
    endReason: p.text().nullable(),
  },
});

@Policed(scopedInSql("appointment-of-visible", "whoever may see the person"))
@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description: "Somebody's part in a hub, from a day to a day. Seen by whoever may see the person.",
})
export class HubAppointment extends HubAppointmentSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare personId: string;

  declare hubId: string;

  @Field(() => Role, { description: "HUB_LEADER or MENTOR." })
  declare role: Role;

  @Field(() => DayScalar, { description: "The day it began." })
  declare startedOn: Day;

  @Field(() => DayScalar, { nullable: true, description: "The day it ended; null while it lasts." })
  declare endedOn: Opt<Day | null>;

  @Field(() => DayScalar, { description: "The day by which it is renewed for another year, or ends." })
  declare termEndsOn: Day;

  /** Told to the person and the programme team. */
  declare endReason: Opt<string | null>;
}
HubAppointmentSchema.setClass(HubAppointment);
