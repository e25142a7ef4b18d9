import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ObjectType } from "type-graphql";

export const AppointmentRenewalSchema = defineEntity({
  name: "AppointmentRenewal",
  tableName: "appointment_renewal",
  properties: {
    appointmentId: p.string().primary(),
    termEndsOn: p.date().primary(),
    renewedOn: p.date(),
    renewedById: p.string(),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "That an appointment was renewed for another year." })
export class AppointmentRenewal extends AppointmentRenewalSchema.class {
  declare appointmentId: string;

  @Field(() => DayScalar, { description: "The day until which it was renewed." })
  declare termEndsOn: Day;

  @Field(() => DayScalar, { description: "The day it was renewed." })
  declare renewedOn: Day;

  declare renewedById: string;
}
AppointmentRenewalSchema.setClass(AppointmentRenewal);
