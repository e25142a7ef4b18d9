import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { hasRole, Role, schoolIds, supportsHub, type Viewer } from "@psqm/identity/viewer";
import { NotFound } from "@psqm/refusal/refusal";
import { Enrolment } from "../enrolment/enrolment.ts";
import { statesWithMilestones } from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { Hub } from "../hub/hub.ts";

/**
 * Who belongs to a hub's community: those who work in it, the people of schools that have, or had to the end, a place in
 * it, and the programme team.
 * @throws NotFound for anybody else, whether there is such a hub or not
 */
export async function requireCommunity(em: SqlEntityManager, viewer: Viewer, hubId: string): Promise<void> {
  if (supportsHub(viewer, hubId)) return;
  const own = { hubId, schoolId: { $in: schoolIds(viewer) }, state: { $in: [...statesWithMilestones] } };
  const everyHub = hasRole(viewer, Role.ProgrammeTeam) && (await em.count(Hub, { id: hubId })) > 0;
  if (!everyHub && (await em.count(Enrolment, own)) === 0) throw new NotFound("hub community", hubId);
}
