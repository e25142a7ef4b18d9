import { type Day, londonDay } from "@psqm/clock/clock";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { Hub, hubStub } from "../hub/hub.ts";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { Role } from "../role/role.ts";
import { appointToHub } from "./appoint-to-hub.ts";
import { AppointmentRenewal } from "./appointment-renewal.ts";
import { endHubAppointment } from "./end-hub-appointment.ts";
import { readsEndReason } from "./hub-appointment.policy.ts";
import { renewableUntil } from "./hub-appointment.rules.ts";
import { HubAppointment } from "./hub-appointment.ts";
import { renewHubAppointment } from "./renew-hub-appointment.ts";

const HubAppointmentConnection = connectionOf<HubAppointment>("HubAppointment", () => HubAppointment);

@ArgsType()
class AppointmentsToRenewArgs extends PageArgs {
  @Field(() => DayScalar, {
    nullable: true,
    description: "Those whose term ends on this day or before; left out: those that can be renewed today.",
  })
  until?: Day | null;
}

@InputType({ description: "Who supports which hub as what." })
class AppointToHubInput {
  @Field(() => ID, { description: "The hub." })
  hubId!: string;

  @Field(() => ID, { description: "The person." })
  personId!: string;

  @Field(() => Role, { description: "HUB_LEADER or MENTOR." })
  role!: Role;

  @Field(() => DayScalar, { nullable: true, description: "The day it began, if that was before today." })
  startedOn?: Day | null;
}

@InputType({ description: "Which appointment ends, and why." })
class EndHubAppointmentInput {
  @Field(() => ID, { description: "The appointment." })
  appointmentId!: string;

  @Field(() => String, {
    description: "Why, for the person and the programme team to read: 1 to 1000 characters.",
  })
  reason!: string;
}

@Resolver(() => HubAppointment)
export class HubAppointmentResolver {
  @Policed(programmeTeam)
  @Mutation(() => HubAppointment, {
    description:
      "Makes somebody a mentor or a further leader of a hub, for a year at a time. Refusals: ALREADY_APPOINTED, APPOINTMENTS_OVERLAP, MENTORS_THEMSELVES, NOT_FOUND.",
  })
  appointToHub(
    @Arg("input", () => AppointToHubInput, { description: "Who, where, as what." }) input: AppointToHubInput,
    @Ctx() context: PeopleContext,
  ): Promise<HubAppointment> {
    return appointToHub(context, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => HubAppointment, { description: "Ends an appointment today. Refusals: APPOINTMENT_ENDED, NOT_FOUND." })
  endHubAppointment(
    @Arg("input", () => EndHubAppointmentInput, { description: "Which, and why." }) input: EndHubAppointmentInput,
    @Ctx() context: PeopleContext,
  ): Promise<HubAppointment> {
    return endHubAppointment(context, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => HubAppointment, {
    description:
      "Renews an appointment for another year, in the 90 days before its term ends or later. Refusals: RENEWAL_TOO_EARLY, APPOINTMENT_ENDED, NOT_FOUND.",
  })
  renewHubAppointment(
    @Arg("appointmentId", () => ID, { description: "Which appointment." }) appointmentId: string,
    @Ctx() context: PeopleContext,
  ): Promise<HubAppointment> {
    return renewHubAppointment(context, appointmentId);
  }

  @Policed(programmeTeam)
  @Query(() => HubAppointmentConnection, {
    description: "Appointments that last and are to be renewed, those first whose term ends first.",
  })
  appointmentsToRenew(
    @Args(() => AppointmentsToRenewArgs) page: AppointmentsToRenewArgs,
    @Ctx() { em, clock }: PeopleContext,
  ) {
    const until = page.until ?? renewableUntil(londonDay(clock()));
    const where = { endedOn: null, termEndsOn: { $lte: until } };
    return paginate(em, HubAppointment, where, page, { termEndsOn: "asc", id: "asc" });
  }

  @FieldResolver(() => [AppointmentRenewal], { description: "When it was renewed, the first time first." })
  renewals(@Root() appointment: HubAppointment, @Ctx() { loaders }: PeopleContext): Promise<AppointmentRenewal[]> {
    return loaders.renewalsOfAppointment.load(appointment.id);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Why it ended; told to the person and the programme team, null for everybody else.",
  })
  endReason(@Root() appointment: HubAppointment, @Ctx() { viewer }: PeopleContext): string | null {
    return readsEndReason(viewer, appointment) ? appointment.endReason : null;
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who it is; null for whom one may not see." })
  person(@Root() appointment: HubAppointment, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(appointment.personId);
  }

  @FieldResolver(() => Hub, { description: "Which hub." })
  hub(@Root() appointment: HubAppointment): Hub {
    return hubStub(appointment.hubId);
  }
}
