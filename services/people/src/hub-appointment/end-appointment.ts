import type { Transaction } from "@psqm/events/transact";
import { announceViewer } from "../identity/announce-viewer.ts";
import { appointmentEnded } from "./hub-appointment.events.ts";
import type { HubAppointment } from "./hub-appointment.ts";

/**
 * Ends an appointment today, which `tx` holds locked; it stays in the history.
 * @param reason for the person and the programme team
 */
export async function endAppointment(tx: Transaction, appointment: HubAppointment, reason: string): Promise<void> {
  appointment.endedOn = tx.today;
  appointment.endReason = reason;
  const { id: appointmentId, hubId, personId, role } = appointment;
  tx.emit(appointmentEnded, hubId, { appointmentId, hubId, personId, role, on: tx.today });
  await announceViewer(tx, personId);
  // Whoever begins another part in the hub does so after this one has ended.
  await tx.em.flush();
}
