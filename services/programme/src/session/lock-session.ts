import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Transaction } from "@psqm/events/transact";
import { schoolIds, type Viewer } from "@psqm/identity/viewer";
import { NotFound } from "@psqm/refusal/refusal";
import { Enrolment } from "../enrolment/enrolment.ts";
import { seesRegister } from "./session.policy.ts";
import { trainingStates } from "./session.rules.ts";
import { Session } from "./session.ts";

/** The enrolments of the viewer's own schools that the session is for. */
export function ownEnrolments(em: SqlEntityManager, viewer: Viewer, { hubId, roundId }: Session): Promise<Enrolment[]> {
  return em.find(Enrolment, {
    hubId,
    roundId,
    schoolId: { $in: schoolIds(viewer) },
    state: { $in: [...trainingStates] },
  });
}

/**
 * The session as it is now, held until the verb is done.
 * @throws NotFound when there is none that the viewer may see
 */
export async function lockSession({ em, viewer }: Transaction, id: string): Promise<Session> {
  const session = await em.findOne(Session, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (!session) throw new NotFound("session", id);
  if (seesRegister.allows(viewer, session)) return session;
  if ((await ownEnrolments(em, viewer, session)).length === 0) throw new NotFound("session", id);
  return session;
}
