import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { assertOpenForRegistration } from "../round/round.rules.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { giveUpPlaces } from "../session/give-up-places.ts";
import { enrolmentDeferred } from "./enrolment.events.ts";
import { enrolmentVisible, mayDecide } from "./enrolment.policy.ts";
import { AlreadyRegistered, assertLater, EnrolmentState, readReason } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { lockEnrolment } from "./lock-enrolment.ts";
import { moveEnrolment, recordMove } from "./move-enrolment.ts";

/**
 * The school leaves this round for a later one: there it is registered anew and waits for a place, first of all in the hub
 * that it was in. What it owes for this round is finance's to say.
 * @returns the enrolment in the later round
 * @throws BadInput for a reason that is empty or too long
 * @throws NotFound for an enrolment that the viewer may not see, or a round that is not there
 * @throws Forbidden for anyone but the head teacher and the programme team
 * @throws NotALaterRound, RoundClosed, AlreadyRegistered
 * @throws IllegalTransition when its outcome has been told, or it has left before
 */
export async function deferEnrolment(
  caller: Caller,
  input: { enrolmentId: string; roundId: string; reason: string },
): Promise<Enrolment> {
  const { enrolmentId, roundId } = input;
  const { viewer } = caller;
  const reason = readReason(input.reason);
  const id = newId("enr");
  return transact(caller, "deferEnrolment", enrolmentId, async (tx) => {
    const unlocked = await tx.em.findOne(Enrolment, enrolmentId);
    const { schoolId } = requireSeen(enrolmentVisible, viewer, unlocked, "enrolment", enrolmentId);
    requireAllowed(mayDecide, viewer, { schoolId }, "deferEnrolment");
    const { personId } = viewer;
    if (personId === null) throw new Unauthenticated();
    // As in registerSchool: the school's lock makes two registrations for a round follow one another.
    const school = await tx.em.findOneOrFail(SchoolRecord, schoolId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const enrolment = await lockEnrolment(tx, enrolmentId);
    const own = await tx.em.findOneOrFail(Round, enrolment.roundId);
    const later = await tx.em.findOne(Round, roundId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
    if (!later) throw new NotFound("round", roundId);
    assertLater(later, own);
    const existing = await tx.em.findOne(Enrolment, { schoolId, roundId });
    if (existing) throw new AlreadyRegistered(school.name, later.number, existing);
    assertOpenForRegistration(later);
    moveEnrolment(tx, enrolment, EnrolmentState.Deferred, reason);
    await giveUpPlaces(tx, enrolmentId);
    const hubId = enrolment.hubId ?? null;
    const { purchaseOrder, pupilsTold, consentBy, consentOn } = enrolment;
    const next = tx.em.create(Enrolment, {
      id,
      schoolId,
      roundId,
      hubId: null,
      preferredHubId: hubId ?? enrolment.preferredHubId ?? null,
      state: EnrolmentState.Registered,
      registeredById: personId,
      registeredAt: tx.now,
      confirmedOn: null,
      ...{ purchaseOrder, pupilsTold, consentBy, consentOn },
    });
    recordMove(tx, id, null, EnrolmentState.Registered, `Deferred from round ${own.number}: ${reason}`.slice(0, 500));
    tx.emit(enrolmentDeferred, enrolmentId, {
      enrolmentId,
      schoolId,
      hubId,
      deferredOn: tx.today,
      roundStartsOn: own.startsOn,
      toEnrolmentId: id,
      toRoundId: roundId,
    });
    return next;
  });
}
