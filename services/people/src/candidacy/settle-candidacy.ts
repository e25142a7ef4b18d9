import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import type { HubAppointment } from "../hub-appointment/hub-appointment.ts";
import { CandidacyState, pendingStates } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";
import { moveCandidacy } from "./move-candidacy.ts";

/** Settles the candidacy that is handed in, if there is one, of somebody who is appointed as what they applied for. */
export async function settleCandidacy(tx: Transaction, appointment: HubAppointment): Promise<void> {
  const kind = Object.values(CandidacyKind).find((each) => String(each) === String(appointment.role));
  if (!kind) return;
  const candidacy = await tx.em.findOne(
    Candidacy,
    { personId: appointment.personId, kind, state: { $in: [...pendingStates] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!candidacy) return;
  // The candidacy's row refers to the appointment's.
  await tx.em.flush();
  await moveCandidacy(tx, candidacy, CandidacyState.Appointed);
  candidacy.appointedOn = appointment.startedOn;
  candidacy.appointmentId = appointment.id;
}
