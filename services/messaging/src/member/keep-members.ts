import type { Transaction } from "@psqm/events/transact";
import { schoolSide } from "../conversation/conversation.policy.ts";
import { Member } from "./member.ts";

/** A membership of a school began: whoever takes part by it is known from now on. Others of a school take no part. */
export async function joinSchool(
  { em }: Transaction,
  {
    membershipId,
    schoolId,
    personId,
    role,
  }: { membershipId: string; schoolId: string; personId: string; role: string },
): Promise<void> {
  if (!schoolSide.some((side) => side === role)) return;
  await em.upsert(Member, { id: membershipId, personId, schoolId, hubId: null });
}

export async function leaveSchool({ em }: Transaction, { membershipId }: { membershipId: string }): Promise<void> {
  await em.nativeDelete(Member, { id: membershipId });
}

/** An appointment to a hub began: leaders and mentors take part in the conversations of all of its schools. */
export async function joinHub(
  { em }: Transaction,
  { appointmentId, hubId, personId }: { appointmentId: string; hubId: string; personId: string },
): Promise<void> {
  await em.upsert(Member, { id: appointmentId, personId, schoolId: null, hubId });
}

export async function leaveHub({ em }: Transaction, { appointmentId }: { appointmentId: string }): Promise<void> {
  await em.nativeDelete(Member, { id: appointmentId });
}
