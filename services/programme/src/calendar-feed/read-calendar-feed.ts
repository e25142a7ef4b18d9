import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { addYears, type Day, londonDay, londonInstant } from "@psqm/clock/clock";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Enrolment } from "../enrolment/enrolment.ts";
import { type Belonging, ownMilestones } from "../enrolment-milestone/own-milestones.ts";
import { belongingOf } from "../membership/belonging.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { roundUnits } from "../session/round-units.ts";
import { trainingStates } from "../session/session.rules.ts";
import { Booking, Session } from "../session/session.ts";
import { type CalendarItem, revise, type ToldItem } from "./calendar-feed.rules.ts";
import { CalendarFeed, ToldCalendarItem } from "./calendar-feed.ts";
import { digestOf } from "./feed-secret.ts";

/**
 * What the owner of a feed has in their calendar now, and what has been cancelled. What they see follows from who they
 * are at this moment, not from who they were when they made the feed.
 * @returns null when no feed has this secret
 */
export async function readCalendarFeed(caller: Caller, secret: string): Promise<ToldItem[] | null> {
  const digest = digestOf(secret);
  const known = await caller.em.findOne(CalendarFeed, { digest });
  if (!known) return null;
  return transact(caller, "readCalendarFeed", known.ownerId, async (tx) => {
    // Two readings at once follow one another, so that no change gets two numbers.
    const feed = await tx.em.findOne(CalendarFeed, { digest }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!feed) return null;
    const { ownerId } = feed;
    const told = await tx.em.find(ToldCalendarItem, { ownerId });
    const revised = revise(told, await currentItems(tx, ownerId), tx);
    const untouched = new Set<ToldItem>(told);
    const changed = revised.filter((item) => !untouched.has(item));
    if (changed.length > 0) {
      await tx.em.upsertMany(
        ToldCalendarItem,
        changed.map(({ uid, day, startsAt, minutes, summary, description, sequence, cancelled, changedAt }) => ({
          ownerId,
          uid,
          day,
          startsAt,
          minutes,
          summary,
          description,
          sequence,
          cancelled,
          changedAt,
        })),
      );
    }
    feed.lastReadAt = tx.now;
    return revised;
  });
}

/** What stands in a person's calendar today, of their schools and hubs of today; in a hub's, what its leaders have to do. */
async function currentItems({ em, today }: Transaction, ownerId: string): Promise<CalendarItem[]> {
  const belonging = ownerId.startsWith("hub_")
    ? { schools: [], hubsLed: [ownerId], hubsMentored: [] }
    : await belongingOf(em, ownerId);
  return [...(await milestoneItems(em, belonging, today)), ...(await sessionItems(em, ownerId, belonging, today))];
}

/** Each milestone on the day by which it is due. */
async function milestoneItems(em: SqlEntityManager, belonging: Belonging, today: Day): Promise<CalendarItem[]> {
  const milestones = await ownMilestones(em, belonging, today);
  const enrolments = await em.find(Enrolment, { id: { $in: [...new Set(milestones.map((row) => row.enrolmentId))] } });
  const schools = await em.find(SchoolRecord, { id: { $in: enrolments.map(({ schoolId }) => schoolId) } });
  const schoolName = new Map(
    enrolments.map(({ id, schoolId }) => [id, schools.find((school) => school.id === schoolId)?.name ?? ""]),
  );
  return milestones.map(({ enrolmentId, audience, key, name, from, until, dueBy, note, source }) => ({
    uid: `${enrolmentId}.${audience}.${key}@psqm`.toLowerCase(),
    day: dueBy ?? until,
    startsAt: null,
    minutes: null,
    summary: `${name} (${schoolName.get(enrolmentId)})`,
    description: [`From ${from} until ${until}.`, note, `Source: ${source}.`].filter(Boolean).join("\n"),
  }));
}

/** Sessions that the owner has booked, and those of the hubs that they lead or mentor; cancelled ones are not among them. */
async function sessionItems(
  em: SqlEntityManager,
  ownerId: string,
  { hubsLed, hubsMentored }: Belonging,
  today: Day,
): Promise<CalendarItem[]> {
  const booked = await em.find(Booking, { personId: ownerId });
  const running = await em.find(Enrolment, {
    id: { $in: booked.map(({ enrolmentId }) => enrolmentId) },
    state: { $in: [...trainingStates] },
  });
  const enrolled = new Set(running.map(({ id }) => id));
  const bookedIds = booked.filter(({ enrolmentId }) => enrolled.has(enrolmentId)).map(({ sessionId }) => sessionId);
  const sessions = await em.find(Session, {
    cancelledAt: null,
    startsAt: { $gt: londonInstant(addYears(today, -2)) },
    $or: [{ id: { $in: bookedIds } }, { hubId: { $in: [...hubsLed, ...hubsMentored] } }],
  });
  const rounds = new Map(
    (await em.find(Round, { id: { $in: [...new Set(sessions.map(({ roundId }) => roundId))] } })).map((round) => [
      round.id,
      round,
    ]),
  );
  return sessions.map(({ id, roundId, unit, makeUp, startsAt, minutes, place }) => {
    const round = rounds.get(roundId);
    const name = round ? roundUnits(round)[unit - 1]?.name : undefined;
    return {
      uid: `${id}@psqm`,
      day: londonDay(startsAt),
      startsAt,
      minutes,
      summary: `${name ?? "Training"} of PSQM${makeUp ? ", make-up" : ""}`,
      description: place,
    };
  });
}
