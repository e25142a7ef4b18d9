import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { assertOpenForRegistration } from "../round/round.rules.ts";
import { Round } from "../round/round.ts";
import { assertOpen } from "../school/school.rules.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { mayRegister, schoolKnownTo } from "./enrolment.policy.ts";
import { AlreadyRegistered, EnrolmentState } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { recordMove } from "./move-enrolment.ts";

/**
 * Registers a school for a round. The school's lock makes two registrations follow one another, so that the second is
 * told of the first.
 * @throws NotFound for a school or round that is not there, or a school that the viewer does not belong to
 * @throws Forbidden for a member of the school who may not register it
 * @throws RoundClosed, SchoolClosed, AlreadyRegistered
 */
export function registerSchool(caller: Caller, input: { schoolId: string; roundId: string }): Promise<Enrolment> {
  const { schoolId, roundId } = input;
  const { viewer } = caller;
  const id = newId("enr");
  return transact(caller, "registerSchool", id, async (tx) => {
    // Before the lock: a stranger must neither learn of a school nor hold up those who belong to it.
    requireSeen(schoolKnownTo, viewer, { id: schoolId }, "school", schoolId);
    const school = await tx.em.findOne(SchoolRecord, schoolId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!school) throw new NotFound("school", schoolId);
    requireAllowed(mayRegister, viewer, school, "registerSchool");
    if (viewer.personId === null) throw new Unauthenticated();
    // Closing the registration waits for those who are registering, and they for it.
    const round = await tx.em.findOne(Round, roundId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
    if (!round) throw new NotFound("round", roundId);
    const existing = await tx.em.findOne(Enrolment, { schoolId, roundId });
    if (existing) throw new AlreadyRegistered(school.name, round.number, existing);
    assertOpenForRegistration(round);
    assertOpen(school);
    const enrolment = tx.em.create(Enrolment, {
      id,
      schoolId,
      roundId,
      hubId: null,
      state: EnrolmentState.Registered,
      registeredById: viewer.personId,
      registeredAt: tx.now,
      confirmedOn: null,
    });
    recordMove(tx, id, null, EnrolmentState.Registered);
    return enrolment;
  });
}
