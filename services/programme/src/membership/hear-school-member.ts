import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import type { Transaction } from "@psqm/events/transact";
import { Role } from "@psqm/identity/viewer";
import { activateConfirmed } from "../enrolment/activate-confirmed.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { SchoolMember } from "./school-member.ts";

interface Membership {
  membershipId: string;
  schoolId: string;
  personId: string;
  role: Role;
  on: Day;
}

/**
 * Somebody has joined a school. When it is its subject leader, whatever enrolment was waiting for one becomes active. The
 * school's lock makes this and a confirmation at the same moment follow one another, so that neither misses the other.
 */
export async function hearMemberStarted(tx: Transaction, { on, ...started }: Membership): Promise<void> {
  await tx.em.findOne(SchoolRecord, started.schoolId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  await tx.em.upsert(SchoolMember, { ...started, startedOn: on, endedOn: null });
  if (started.role === Role.SubjectLeader) await activateConfirmed(tx, started.schoolId, started.personId);
}

/** Somebody has left a school; what is running stays, and the next subject leader takes it over. */
export async function hearMemberEnded(tx: Transaction, ended: Membership): Promise<void> {
  await tx.em.nativeUpdate(SchoolMember, { membershipId: ended.membershipId }, { endedOn: ended.on });
}
