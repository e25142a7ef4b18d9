import { LockMode } from "@mikro-orm/core";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Role } from "@psqm/identity/viewer";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { SchoolMember } from "../membership/school-member.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { activate } from "./activate-confirmed.ts";
import { enrolmentConfirmed } from "./enrolment.events.ts";
import { enrolmentVisible, mayDecide } from "./enrolment.policy.ts";
import { EnrolmentState } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { lockEnrolment } from "./lock-enrolment.ts";
import { moveEnrolment } from "./move-enrolment.ts";

/**
 * The school takes the place that it was offered. Where its subject leader has joined already, its year begins at once.
 * @throws NotFound for an enrolment that the viewer may not see
 * @throws Forbidden for anyone but the head teacher and the programme team
 * @throws IllegalTransition when no offer is open
 */
export function acceptPlace(caller: Caller, enrolmentId: string): Promise<Enrolment> {
  const { viewer } = caller;
  return transact(caller, "acceptPlace", enrolmentId, async (tx) => {
    const unlocked = await tx.em.findOne(Enrolment, enrolmentId);
    const { schoolId } = requireSeen(enrolmentVisible, viewer, unlocked, "enrolment", enrolmentId);
    requireAllowed(mayDecide, viewer, { schoolId }, "acceptPlace");
    // The school first, as in hearMemberStarted: a leader who joins at this moment is seen here, or sees this.
    const school = await tx.em.findOneOrFail(SchoolRecord, schoolId, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    const enrolment = await lockEnrolment(tx, enrolmentId);
    moveEnrolment(tx, enrolment, EnrolmentState.Confirmed);
    enrolment.confirmedOn = tx.today;
    await tellConfirmed(tx, enrolment, school);
    const leader = await tx.em.findOne(
      SchoolMember,
      { schoolId, role: Role.SubjectLeader, endedOn: null },
      { orderBy: { startedOn: "desc" } },
    );
    if (leader) activate(tx, enrolment, leader.personId);
    return enrolment;
  });
}

async function tellConfirmed(tx: Transaction, enrolment: Enrolment, school: SchoolRecord): Promise<void> {
  const { id, schoolId, roundId, hubId } = enrolment;
  if (!hubId) throw new Error(`Enrolment ${id} was confirmed without a hub.`);
  const round = await tx.em.findOneOrFail(Round, roundId);
  tx.emit(enrolmentConfirmed, id, {
    enrolmentId: id,
    schoolId,
    schoolName: school.name,
    urn: school.urn,
    localAuthority: school.localAuthority,
    pupils: school.pupils ?? null,
    hubId,
    roundId,
    roundNumber: round.number,
    rules: round.pinned,
    confirmedOn: tx.today,
  });
}
