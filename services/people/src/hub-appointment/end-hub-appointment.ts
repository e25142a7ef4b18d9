import { type Caller, transact } from "@psqm/events/transact";
import { endAppointment } from "./end-appointment.ts";
import { reasonToEnd } from "./hub-appointment.rules.ts";
import type { HubAppointment } from "./hub-appointment.ts";
import { lockAppointmentInForce } from "./lock-appointment.ts";

/**
 * Ends an appointment today; it stays in the history.
 * @param reason 1 to 1000 characters, for the person and the programme team
 * @throws NotFound for an unknown appointment
 * @throws AppointmentEnded when it has ended
 */
export async function endHubAppointment(
  caller: Caller,
  { appointmentId, reason }: { appointmentId: string; reason: string },
): Promise<HubAppointment> {
  const why = reasonToEnd(reason);
  return transact(caller, "endHubAppointment", appointmentId, async (tx) => {
    const appointment = await lockAppointmentInForce(tx, appointmentId);
    await endAppointment(tx, appointment, why);
    return appointment;
  });
}
