import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Day } from "@psqm/clock/clock";
import { hasRole, Role, schoolIds, type Viewer } from "@psqm/identity/viewer";
import { Enrolment } from "../enrolment/enrolment.ts";
import { EnrolmentMove } from "../enrolment/enrolment-move.ts";
import { EntitlementKind, EntitlementState, entitlementsAt } from "../entitlement/entitlement.rules.ts";
import { entitlementFacts } from "../entitlement/entitlement-facts.ts";
import { Round } from "../round/round.ts";
import { VleNotEntitled } from "./vle-resource.rules.ts";

/**
 * Lets pass who works in the programme, and the people of a school whose two years run today. Three SQL.
 * @throws VleNotEntitled telling the days of the clock that ended last
 */
export async function requireVle(em: SqlEntityManager, viewer: Viewer, today: Day): Promise<void> {
  if (hasRole(viewer, Role.ProgrammeTeam, Role.HubLeader, Role.Mentor)) return;
  const enrolments = await em.find(Enrolment, { schoolId: { $in: schoolIds(viewer) }, confirmedOn: { $ne: null } });
  const rounds = await em.find(Round, { id: { $in: enrolments.map(({ roundId }) => roundId) } });
  const moves = await em.find(EnrolmentMove, { enrolmentId: { $in: enrolments.map(({ id }) => id) } });
  const clocks = enrolments.flatMap((enrolment) => {
    const round = rounds.find(({ id }) => id === enrolment.roundId);
    const history = moves.filter(({ enrolmentId }) => enrolmentId === enrolment.id);
    const facts = round && entitlementFacts(enrolment, round, history);
    return facts ? entitlementsAt(facts, today).filter(({ kind }) => kind === EntitlementKind.Vle) : [];
  });
  if (clocks.some(({ state }) => state === EntitlementState.Active)) return;
  const latest = clocks.sort((a, b) => (a.until < b.until ? 1 : -1))[0];
  throw new VleNotEntitled(latest ? { from: latest.from, until: latest.until } : null);
}
