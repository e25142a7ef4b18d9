import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { requireSeen } from "@psqm/subgraph/policy";
import { enrolmentVisible } from "./enrolment.policy.ts";
import { Enrolment } from "./enrolment.ts";

/**
 * The enrolment as it is now, held until the verb is done. Locks are taken in the order school, enrolment, hub.
 * @throws NotFound when there is none that the viewer may see
 */
export async function lockEnrolment({ em, viewer }: Transaction, id: string): Promise<Enrolment> {
  const enrolment = await em.findOne(Enrolment, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  return requireSeen(enrolmentVisible, viewer, enrolment, "enrolment", id);
}
