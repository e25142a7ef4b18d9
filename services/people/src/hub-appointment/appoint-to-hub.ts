import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { NotFound } from "@psqm/refusal/refusal";
import { KnownHub } from "../hub/hub.ts";
import { Person } from "../person/person.ts";
import { assertHubRole } from "./hub-appointment.rules.ts";
import type { HubAppointment } from "./hub-appointment.ts";
import { startAppointment } from "./start-appointment.ts";

/**
 * Makes somebody a mentor or a further leader of a hub, from today.
 * @throws BadInput for a role that is not a hub's
 * @throws NotFound for an unknown hub or person
 * @throws AlreadyAppointed when the person leads or mentors the hub
 */
export async function appointToHub(
  caller: Caller,
  { hubId, personId, role }: { hubId: string; personId: string; role: Role },
): Promise<HubAppointment> {
  assertHubRole(role);
  return transact(caller, "appointToHub", hubId, async (tx) => {
    const hub = await tx.em.findOne(KnownHub, { id: hubId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!hub) throw new NotFound("hub", hubId);
    if (!(await tx.em.findOne(Person, { id: personId }))) throw new NotFound("person", personId);
    return startAppointment(tx, { hubId, personId, role });
  });
}
