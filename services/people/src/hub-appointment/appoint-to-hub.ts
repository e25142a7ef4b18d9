import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { type Caller, transact } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { NotFound } from "@psqm/refusal/refusal";
import { KnownHub } from "../hub/hub.ts";
import { Person } from "../person/person.ts";
import { assertBegun, assertHubRole } from "./hub-appointment.rules.ts";
import type { HubAppointment } from "./hub-appointment.ts";
import { startAppointment } from "./start-appointment.ts";

/**
 * Makes somebody a mentor or a further leader of a hub.
 * @param startedOn when it began, if that was before today
 * @throws BadInput for a role that is not a hub's, or a day that is yet to come
 * @throws NotFound for an unknown hub or person
 * @throws AlreadyAppointed, AppointmentsOverlap when the person leads or mentors the hub, or did then
 * @throws MentorsThemselves when the hub supports a school in whose team they take part
 */
export async function appointToHub(
  caller: Caller,
  { hubId, personId, role, startedOn }: { hubId: string; personId: string; role: Role; startedOn?: Day | null },
): Promise<HubAppointment> {
  assertHubRole(role);
  return transact(caller, "appointToHub", hubId, async (tx) => {
    assertBegun(startedOn ?? tx.today, tx.today);
    const hub = await tx.em.findOne(KnownHub, { id: hubId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!hub) throw new NotFound("hub", hubId);
    if (!(await tx.em.findOne(Person, { id: personId }))) throw new NotFound("person", personId);
    return startAppointment(tx, { hubId, personId, role }, startedOn ?? tx.today);
  });
}
