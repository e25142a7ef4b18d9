import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { endAppointment } from "./end-appointment.ts";
import { AppointmentEnded } from "./hub-appointment.rules.ts";
import { HubAppointment } from "./hub-appointment.ts";

/**
 * Ends an appointment today; it stays in the history.
 * @throws NotFound for an unknown appointment
 * @throws AppointmentEnded when it has ended
 */
export function endHubAppointment(caller: Caller, appointmentId: string): Promise<HubAppointment> {
  return transact(caller, "endHubAppointment", appointmentId, async (tx) => {
    const appointment = await tx.em.findOne(
      HubAppointment,
      { id: appointmentId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!appointment) throw new NotFound("hub appointment", appointmentId);
    if (appointment.endedOn !== null) throw new AppointmentEnded(appointment.endedOn);
    await endAppointment(tx, appointment);
    return appointment;
  });
}
