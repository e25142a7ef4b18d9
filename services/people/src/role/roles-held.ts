import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { Role } from "@psqm/identity/viewer";

const ORDER = Object.values(Role);

/** Every role that people hold now, wherever it comes from, each once, in the order of the enum. One statement. */
export async function rolesHeld(em: SqlEntityManager, personIds: readonly string[]): Promise<Map<string, Role[]>> {
  const ids = personIds.map(() => "?").join(", ");
  const rows = await em.execute<{ person_id: string; role: Role }[]>(
    `select person_id, role from staff_role where person_id in (${ids})
     union select person_id, role from hub_appointment where person_id in (${ids}) and ended_on is null
     union select person_id, role from school_membership where person_id in (${ids}) and ended_on is null
     union select person_id, 'CANDIDATE' from candidacy where person_id in (${ids}) and state in ('SUBMITTED', 'UNDER_REVIEW', 'EVIDENCE_ASKED')`,
    [...personIds, ...personIds, ...personIds, ...personIds],
  );
  const held = Map.groupBy(rows, ({ person_id }) => person_id);
  return new Map(
    [...held].map(([person, roles]) => [person, ORDER.filter((role) => roles.some((row) => row.role === role))]),
  );
}
