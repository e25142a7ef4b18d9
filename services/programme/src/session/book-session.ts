import { type Caller, transact } from "@psqm/events/transact";
import { isMemberOf, Role } from "@psqm/identity/viewer";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { lockSession, ownEnrolments } from "./lock-session.ts";
import { NotAParticipant, SessionCancelled, SessionFull, SessionOver, UnitAlreadyAttended } from "./session.rules.ts";
import { Booking, Session } from "./session.ts";

/**
 * Books the viewer's place in a session of their hub's round; a second time changes nothing. The session's lock makes the
 * last place go once.
 * @throws NotFound for a session that the viewer may not see
 * @throws NotAParticipant for who is neither subject leader nor second participant of a school in it
 * @throws SessionCancelled, SessionOver, SessionFull, UnitAlreadyAttended
 */
export function bookSession(caller: Caller, sessionId: string): Promise<Session> {
  const { viewer } = caller;
  const { personId } = viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "bookSession", sessionId, async (tx) => {
    const session = await lockSession(tx, sessionId);
    const enrolment = (await ownEnrolments(tx.em, viewer, session)).find(({ schoolId }) =>
      isMemberOf(viewer, schoolId, Role.SubjectLeader, Role.SecondParticipant),
    );
    if (!enrolment) throw new NotAParticipant([personId]);
    if (session.cancelledAt) throw new SessionCancelled();
    if (session.startsAt <= tx.now) throw new SessionOver("booked");
    const bookings = await tx.em.find(Booking, { sessionId });
    if (bookings.some((booking) => booking.personId === personId)) return session;
    const { hubId, roundId, unit } = session;
    const siblings = await tx.em.find(Session, { hubId, roundId, unit });
    const attended = await tx.em.count(Booking, {
      personId,
      sessionId: { $in: siblings.map(({ id }) => id) },
      minutesAttended: { $gt: 0 },
    });
    if (attended > 0) throw new UnitAlreadyAttended();
    const { capacity } = session;
    if (capacity != null && bookings.length >= capacity) throw new SessionFull(capacity);
    tx.em.create(Booking, {
      sessionId,
      personId,
      enrolmentId: enrolment.id,
      bookedAt: tx.now,
      minutesAttended: null,
    });
    return session;
  });
}

/**
 * Gives the viewer's place back; without one nothing changes.
 * @throws NotFound for a session that the viewer may not see
 * @throws SessionOver once it has begun
 */
export function giveUpBooking(caller: Caller, sessionId: string): Promise<Session> {
  const { personId } = caller.viewer;
  if (personId === null) throw new NotFound("session", sessionId);
  return transact(caller, "giveUpBooking", sessionId, async (tx) => {
    const session = await lockSession(tx, sessionId);
    if (session.startsAt <= tx.now) throw new SessionOver("given back");
    await tx.em.nativeDelete(Booking, { sessionId, personId });
    return session;
  });
}
