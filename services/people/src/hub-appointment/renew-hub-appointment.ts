import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { AppointmentRenewal } from "./appointment-renewal.ts";
import { renewedTermEnd } from "./hub-appointment.rules.ts";
import type { HubAppointment } from "./hub-appointment.ts";
import { lockAppointmentInForce } from "./lock-appointment.ts";

/**
 * Renews an appointment for another year.
 * @throws NotFound for an unknown appointment
 * @throws AppointmentEnded when it has ended
 * @throws RenewalTooEarly more than 90 days before its term ends, so that no two renew it at once
 */
export function renewHubAppointment(caller: Caller, appointmentId: string): Promise<HubAppointment> {
  return transact(caller, "renewHubAppointment", appointmentId, async (tx) => {
    const appointment = await lockAppointmentInForce(tx, appointmentId);
    const termEndsOn = renewedTermEnd(appointment.termEndsOn, tx.today);
    if (tx.viewer.personId === null) throw new Unauthenticated();
    tx.em.create(AppointmentRenewal, {
      appointmentId,
      termEndsOn,
      renewedOn: tx.today,
      renewedById: tx.viewer.personId,
    });
    appointment.termEndsOn = termEndsOn;
    return appointment;
  });
}
