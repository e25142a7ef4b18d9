import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { visibleAppointments } from "./hub-appointment.policy.ts";
import { HubAppointment } from "./hub-appointment.ts";

/** Appointments by id, null for those the viewer may not see. */
export function appointmentLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, HubAppointment | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(HubAppointment, { $and: [{ id: { $in: [...ids] } }, visibleAppointments(viewer)] });
    const byId = new Map(found.map((appointment) => [appointment.id, appointment]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** The appointments of people, ended ones too, as far as the viewer may see them. */
export function appointmentsOfPersonLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, HubAppointment[]> {
  return new DataLoader(async (personIds) => {
    const found = await em.find(
      HubAppointment,
      { $and: [{ personId: { $in: [...personIds] } }, visibleAppointments(viewer)] },
      { orderBy: { id: "asc" } },
    );
    const byPerson = Map.groupBy(found, ({ personId }) => personId);
    return personIds.map((id) => byPerson.get(id) ?? []);
  });
}

/** The appointments of hubs that last, as far as the viewer may see them. */
export function appointmentsOfHubLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, HubAppointment[]> {
  return new DataLoader(async (hubIds) => {
    const found = await em.find(
      HubAppointment,
      { $and: [{ hubId: { $in: [...hubIds] }, endedOn: null }, visibleAppointments(viewer)] },
      { orderBy: { id: "asc" } },
    );
    const byHub = Map.groupBy(found, ({ hubId }) => hubId);
    return hubIds.map((id) => byHub.get(id) ?? []);
  });
}
