import { on } from "@psqm/events/consumer";
import { Role } from "@psqm/identity/viewer";
import { NotFound } from "@psqm/refusal/refusal";
import { z } from "zod";
import { startAppointment } from "../hub-appointment/start-appointment.ts";
import { Person } from "../person/person.ts";

const payload = z.object({ hubId: z.string(), name: z.string(), leaderId: z.string() });

/**
 * A hub begins with its leader: the appointment starts with it. A leader who is nobody parks the event, for the
 * programme to see and to replay once the person exists.
 */
export const hubCreated = on("programme", "hub.created", payload, async (tx, { hubId, name, leaderId }) => {
  await tx.em.execute("insert into hub (id, name) values (?, ?) on conflict (id) do update set name = excluded.name", [
    hubId,
    name,
  ]);
  if (!(await tx.em.findOne(Person, { id: leaderId }))) throw new NotFound("person", leaderId);
  await startAppointment(tx, { hubId, personId: leaderId, role: Role.HubLeader });
});
