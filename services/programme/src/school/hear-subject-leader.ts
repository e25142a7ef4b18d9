import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import type { Transaction } from "@psqm/events/transact";
import { activateConfirmed } from "../enrolment/activate-confirmed.ts";
import { SchoolRecord } from "./school-record.ts";
import { SubjectLeader } from "./subject-leader.ts";

interface Membership {
  membershipId: string;
  schoolId: string;
  personId: string;
  on: Day;
}

/**
 * A school has got its subject leader: whatever enrolment was waiting for one becomes active. The school's lock makes
 * this and a confirmation at the same moment follow one another, so that neither misses the other.
 */
export async function hearSubjectLeaderStarted(tx: Transaction, started: Membership): Promise<void> {
  const { membershipId, schoolId, personId, on } = started;
  await tx.em.findOne(SchoolRecord, schoolId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  await tx.em.upsert(SubjectLeader, { membershipId, schoolId, personId, startedOn: on, endedOn: null });
  await activateConfirmed(tx, schoolId, personId);
}

/** The subject leader has left; what is running stays, and the next one takes it over. */
export async function hearSubjectLeaderEnded(tx: Transaction, ended: Membership): Promise<void> {
  await tx.em.nativeUpdate(SubjectLeader, { membershipId: ended.membershipId }, { endedOn: ended.on });
}
