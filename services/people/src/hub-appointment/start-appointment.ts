import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { settleCandidacy } from "../candidacy/settle-candidacy.ts";
import { announceViewer } from "../identity/announce-viewer.ts";
import { appointmentStarted } from "./hub-appointment.events.ts";
import { AlreadyAppointed } from "./hub-appointment.rules.ts";
import { HubAppointment } from "./hub-appointment.ts";

/**
 * Starts an appointment today and settles the candidacy that asked for it. The hub's row must be locked by `tx`, so
 * that who reads its appointments reads the last word.
 * @throws AlreadyAppointed when the person leads or mentors the hub
 */
export async function startAppointment(
  tx: Transaction,
  { hubId, personId, role }: { hubId: string; personId: string; role: Role },
): Promise<HubAppointment> {
  const current = await tx.em.findOne(HubAppointment, { hubId, personId, endedOn: null });
  if (current) throw new AlreadyAppointed(current.role);
  const appointment = tx.em.create(HubAppointment, {
    id: newId("app"),
    hubId,
    personId,
    role,
    startedOn: tx.today,
    endedOn: null,
  });
  tx.emit(appointmentStarted, hubId, { appointmentId: appointment.id, hubId, personId, role, on: tx.today });
  await settleCandidacy(tx, appointment);
  await announceViewer(tx, personId);
  return appointment;
}
