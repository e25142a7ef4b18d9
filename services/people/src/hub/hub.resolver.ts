import { Role } from "@psqm/identity/viewer";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { Hub } from "./hub.ts";

@Resolver(() => Hub)
export class HubResolver {
  @FieldResolver(() => [Person], { description: "Who leads the hub now, as far as one may see them." })
  leaders(@Root() hub: Hub, @Ctx() context: PeopleContext): Promise<Person[]> {
    return supporters(hub, Role.HubLeader, context);
  }

  @FieldResolver(() => [Person], { description: "Who mentors the hub's schools now, as far as one may see them." })
  mentors(@Root() hub: Hub, @Ctx() context: PeopleContext): Promise<Person[]> {
    return supporters(hub, Role.Mentor, context);
  }
}

async function supporters(hub: Hub, role: Role, { loaders }: PeopleContext): Promise<Person[]> {
  const appointments = await loaders.appointmentsOfHub.load(hub.id);
  const ofRole = appointments.filter((appointment) => appointment.role === role);
  const people = await Promise.all(ofRole.map(({ personId }) => loaders.person.load(personId)));
  return people.filter((person) => person !== null);
}
