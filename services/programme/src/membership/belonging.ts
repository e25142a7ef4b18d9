import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { Role, type Viewer } from "@psqm/identity/viewer";
import { HubAppointment } from "./hub-appointment.ts";
import { SchoolMember } from "./school-member.ts";

/** The schools and hubs of a person now, as their signed viewer would say, for whoever comes without one. */
export async function belongingOf(
  em: SqlEntityManager,
  personId: string,
): Promise<Pick<Viewer, "schools" | "hubsLed" | "hubsMentored">> {
  const members = await em.find(SchoolMember, { personId, endedOn: null });
  const appointments = await em.find(HubAppointment, { personId, endedOn: null });
  const hubs = (role: Role) => appointments.filter((held) => held.role === role).map(({ hubId }) => hubId);
  return {
    schools: members.map(({ schoolId, role }) => ({ schoolId, role })),
    hubsLed: hubs(Role.HubLeader),
    hubsMentored: hubs(Role.Mentor),
  };
}
