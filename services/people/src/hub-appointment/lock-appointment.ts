import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { AppointmentEnded } from "./hub-appointment.rules.ts";
import { HubAppointment } from "./hub-appointment.ts";

/**
 * The appointment, locked, while it lasts.
 * @throws NotFound for an unknown appointment
 * @throws AppointmentEnded when it has ended
 */
export async function lockAppointmentInForce(tx: Transaction, id: string): Promise<HubAppointment> {
  const appointment = await tx.em.findOne(HubAppointment, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!appointment) throw new NotFound("hub appointment", id);
  if (appointment.endedOn !== null) throw new AppointmentEnded(appointment.endedOn);
  return appointment;
}
