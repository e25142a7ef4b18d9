import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { settleCandidacy } from "../candidacy/settle-candidacy.ts";
import { announceViewer } from "../identity/announce-viewer.ts";
import { Person } from "../person/person.ts";
import { appointmentStarted } from "./hub-appointment.events.ts";
import { AlreadyAppointed, AppointmentsOverlap, firstTermEnd } from "./hub-appointment.rules.ts";
import { HubAppointment } from "./hub-appointment.ts";
import { assertMentorsOthers } from "./no-self-mentoring.ts";

/**
 * Starts an appointment and settles the candidacy that asked for it. The hub's row must be locked by `tx`, so that who
 * reads its appointments reads the last word.
 * @param startedOn today or before
 * @throws AlreadyAppointed when the person leads or mentors the hub
 * @throws AppointmentsOverlap when they did on or after the day it started
 * @throws MentorsThemselves when the hub supports a school in whose team they take part
 */
export async function startAppointment(
  tx: Transaction,
  { hubId, personId, role }: { hubId: string; personId: string; role: Role },
  startedOn: Day = tx.today,
): Promise<HubAppointment> {
  const lasting = { $or: [{ endedOn: null }, { endedOn: { $gt: startedOn } }] };
  const other = await tx.em.findOne(
    HubAppointment,
    { hubId, personId, ...lasting },
    { orderBy: { startedOn: "desc" } },
  );
  if (other?.endedOn === null) throw new AlreadyAppointed(other.role);
  if (other) throw new AppointmentsOverlap(other.endedOn ?? startedOn);
  await tx.em.findOne(Person, { id: personId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  await assertMentorsOthers(tx, personId, hubId);
  const appointment = tx.em.create(HubAppointment, {
    id: newId("app"),
    hubId,
    personId,
    role,
    startedOn,
    termEndsOn: firstTermEnd(startedOn),
    endedOn: null,
    endReason: null,
  });
  tx.emit(appointmentStarted, hubId, { appointmentId: appointment.id, hubId, personId, role, on: startedOn });
  await settleCandidacy(tx, appointment);
  await announceViewer(tx, personId);
  return appointment;
}
