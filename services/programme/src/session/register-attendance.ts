import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { londonDay } from "@psqm/clock/clock";
import { type Caller, transact } from "@psqm/events/transact";
import { Role } from "@psqm/identity/viewer";
import { requireAllowed } from "@psqm/subgraph/policy";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { recordFact } from "../enrolment-milestone/record-fact.ts";
import { SchoolMember } from "../membership/school-member.ts";
import { Round } from "../round/round.ts";
import { lockSession } from "./lock-session.ts";
import { roundUnits } from "./round-units.ts";
import { trainingCompleted } from "./session.events.ts";
import { seesRegister } from "./session.policy.ts";
import {
  NotAParticipant,
  readMinutes,
  SessionCancelled,
  SessionNotBegun,
  trainingOf,
  trainingStates,
} from "./session.rules.ts";
import { Booking, type Session } from "./session.ts";
import { attendedOf } from "./training.loader.ts";

interface Present {
  personId: string;
  minutes?: number | null;
}

/**
 * The whole register at once, and again when it was wrong: who is named was present, booked or not; every other booking
 * is absent. All of it or nothing.
 * @throws NotFound for a session that the viewer may not see
 * @throws Forbidden for anyone but the hub's leaders and mentors and the programme team
 * @throws NotAParticipant naming everybody who cannot have been there; BadInput for minutes
 * @throws SessionCancelled, SessionNotBegun
 */
export function registerAttendance(
  caller: Caller,
  { sessionId, present }: { sessionId: string; present: readonly Present[] },
): Promise<Session> {
  return transact(caller, "registerAttendance", sessionId, async (tx) => {
    const session = await lockSession(tx, sessionId);
    requireAllowed(seesRegister, caller.viewer, session, "registerAttendance");
    if (session.cancelledAt) throw new SessionCancelled();
    if (session.startsAt > tx.now) throw new SessionNotBegun();
    const { hubId, roundId, unit, minutes: length, startsAt } = session;
    const enrolments = await tx.em.find(Enrolment, { hubId, roundId, state: { $in: [...trainingStates] } });
    const bookings = await tx.em.find(Booking, { sessionId });
    const enrolmentOf = await enrolmentByParticipant(tx.em, enrolments, bookings);
    const strangers = present.map(({ personId }) => personId).filter((id) => !enrolmentOf.has(id));
    if (strangers.length > 0) throw new NotAParticipant(strangers);
    const units = roundUnits(await tx.em.findOneOrFail(Round, roundId));
    const enrolmentIds = enrolments.map(({ id }) => id);
    const before = await attendedOf(tx.em, enrolmentIds);

    const minutesOf = new Map(present.map(({ personId, minutes }) => [personId, readMinutes(minutes ?? null, length)]));
    for (const booking of bookings) booking.minutesAttended = minutesOf.get(booking.personId) ?? 0;
    const booked = new Set(bookings.map(({ personId }) => personId));
    for (const [personId, minutesAttended] of minutesOf) {
      const enrolmentId = enrolmentOf.get(personId);
      if (booked.has(personId) || !enrolmentId) continue;
      tx.em.create(Booking, { sessionId, personId, enrolmentId, bookedAt: tx.now, minutesAttended });
    }
    await tx.em.flush();

    const day = londonDay(startsAt);
    const key = units[unit - 1]?.key;
    const after = await attendedOf(tx.em, enrolmentIds);
    for (const { id, schoolId } of enrolments) {
      const training = trainingOf(units, after.get(id) ?? []);
      if (key) {
        await recordFact(tx, id, key, [CalendarAudience.HubLeader], day);
        const { attendedOn } = training.units[unit - 1] ?? {};
        if (attendedOn) await recordFact(tx, id, key, [CalendarAudience.School], attendedOn);
      }
      if (training.complete && !trainingOf(units, before.get(id) ?? []).complete) {
        tx.emit(trainingCompleted, id, { enrolmentId: id, schoolId, completedOn: tx.today });
      }
    }
    return session;
  });
}

/** Who may stand in a session's register: a person's id → the enrolment that they come for. */
export async function participantsOf(em: SqlEntityManager, session: Session): Promise<Map<string, string>> {
  const { id: sessionId, hubId, roundId } = session;
  const enrolments = await em.find(Enrolment, { hubId, roundId, state: { $in: [...trainingStates] } });
  return enrolmentByParticipant(em, enrolments, await em.find(Booking, { sessionId }));
}

/** Today's participants of the enrolled schools, and whoever has booked when they were one. */
async function enrolmentByParticipant(
  em: SqlEntityManager,
  enrolments: readonly Enrolment[],
  bookings: readonly Booking[],
): Promise<Map<string, string>> {
  const members = await em.find(SchoolMember, {
    schoolId: { $in: enrolments.map(({ schoolId }) => schoolId) },
    role: { $in: [Role.SubjectLeader, Role.SecondParticipant] },
    endedOn: null,
  });
  return new Map([
    ...members.flatMap(({ personId, schoolId }) => {
      const enrolment = enrolments.find((each) => each.schoolId === schoolId);
      return enrolment ? [[personId, enrolment.id] as const] : [];
    }),
    ...bookings.map(({ personId, enrolmentId }) => [personId, enrolmentId] as const),
  ]);
}
