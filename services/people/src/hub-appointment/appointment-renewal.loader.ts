import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { AppointmentRenewal } from "./appointment-renewal.ts";

/** How appointments were renewed, the first time first. */
export function renewalsOfAppointmentLoader(em: SqlEntityManager): DataLoader<string, AppointmentRenewal[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      AppointmentRenewal,
      { appointmentId: { $in: [...ids] } },
      { orderBy: { appointmentId: "asc", termEndsOn: "asc" } },
    );
    const byAppointment = Map.groupBy(found, ({ appointmentId }) => appointmentId);
    return ids.map((id) => byAppointment.get(id) ?? []);
  });
}
