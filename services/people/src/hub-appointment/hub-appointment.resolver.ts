import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from "type-graphql";
import { Hub, hubStub } from "../hub/hub.ts";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { Role } from "../role/role.ts";
import { appointToHub } from "./appoint-to-hub.ts";
import { endHubAppointment } from "./end-hub-appointment.ts";
import { HubAppointment } from "./hub-appointment.ts";

@InputType({ description: "Who supports which hub as what." })
class AppointToHubInput {
  @Field(() => ID, { description: "The hub." })
  hubId!: string;

  @Field(() => ID, { description: "The person." })
  personId!: string;

  @Field(() => Role, { description: "HUB_LEADER or MENTOR." })
  role!: Role;
}

@Resolver(() => HubAppointment)
export class HubAppointmentResolver {
  @Policed(programmeTeam)
  @Mutation(() => HubAppointment, {
    description: "Makes somebody a mentor or a further leader of a hub. Refusals: ALREADY_APPOINTED, NOT_FOUND.",
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
    @Arg("appointmentId", () => ID, { description: "Which appointment." }) appointmentId: string,
    @Ctx() context: PeopleContext,
  ): Promise<HubAppointment> {
    return endHubAppointment(context, appointmentId);
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
