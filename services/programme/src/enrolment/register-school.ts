import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { Hub } from "../hub/hub.ts";
import { assertOpenForRegistration } from "../round/round.rules.ts";
import { Round } from "../round/round.ts";
import { assertOpen } from "../school/school.rules.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { mayRegister, schoolKnownTo } from "./enrolment.policy.ts";
import { AlreadyRegistered, EnrolmentState } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { recordMove } from "./move-enrolment.ts";
import { assertOneSchool, type RegistrationForm, readForm } from "./registration.rules.ts";

/** Which school, by id or by URN, for which round, with what it says on its form. */
export interface Registration extends RegistrationForm {
  schoolId?: string | null;
  urn?: string | null;
  roundId: string;
  preferredHubId?: string | null;
}

/**
 * Registers a school for a round. The school's lock makes two registrations follow one another, so that the second is
 * told of the first.
 * @throws BadInput for a form that cannot be
 * @throws NotFound for a school, round or hub that is not there, or a school that the viewer does not belong to
 * @throws Forbidden for a member of the school who may not register it
 * @throws RoundClosed, SchoolClosed, AlreadyRegistered
 */
export async function registerSchool(caller: Caller, input: Registration): Promise<Enrolment> {
  const { roundId } = input;
  const { viewer } = caller;
  const id = newId("enr");
  const named = assertOneSchool(input);
  return transact(caller, "registerSchool", id, async (tx) => {
    const schoolId = await schoolIdOf(tx, named);
    // Before the lock: a stranger must neither learn of a school nor hold up those who belong to it.
    requireSeen(schoolKnownTo, viewer, { id: schoolId ?? "" }, "school", named.text);
    const school =
      schoolId &&
      (await tx.em.findOne(SchoolRecord, schoolId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }));
    if (!school) throw new NotFound("school", named.text);
    requireAllowed(mayRegister, viewer, school, "registerSchool");
    if (viewer.personId === null) throw new Unauthenticated();
    const form = readForm(input, tx.today);
    // Closing the registration waits for those who are registering, and they for it.
    const round = await tx.em.findOne(Round, roundId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
    if (!round) throw new NotFound("round", roundId);
    const existing = await tx.em.findOne(Enrolment, { schoolId, roundId });
    if (existing) throw new AlreadyRegistered(school.name, round.number, existing);
    assertOpenForRegistration(round);
    assertOpen(school);
    const preferredHubId = input.preferredHubId ?? null;
    if (preferredHubId && !(await tx.em.findOne(Hub, preferredHubId))) throw new NotFound("hub", preferredHubId);
    const enrolment = tx.em.create(Enrolment, {
      id,
      schoolId,
      roundId,
      hubId: null,
      preferredHubId,
      state: EnrolmentState.Registered,
      registeredById: viewer.personId,
      registeredAt: tx.now,
      confirmedOn: null,
      ...form,
    });
    recordMove(tx, id, null, EnrolmentState.Registered);
    return enrolment;
  });
}

/** The school of a URN; a former one's successor is people's to know, so a URN leads to the school that has it now. */
async function schoolIdOf({ em }: Transaction, named: { schoolId: string } | { urn: string }): Promise<string | null> {
  if ("schoolId" in named) return named.schoolId;
  return (await em.findOne(SchoolRecord, { urn: named.urn }))?.id ?? null;
}
