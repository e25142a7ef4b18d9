import { LockMode } from "@mikro-orm/core";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Enrolment } from "../enrolment/enrolment.ts";
import { ownMilestones } from "../enrolment-milestone/own-milestones.ts";
import { belongingOf } from "../membership/belonging.ts";
import { SchoolRecord } from "../school/school-record.ts";
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
  return transact(caller, "readCalendarFeed", known.personId, async (tx) => {
    // Two readings at once follow one another, so that no change gets two numbers.
    const feed = await tx.em.findOne(CalendarFeed, { digest }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!feed) return null;
    const { personId } = feed;
    const told = await tx.em.find(ToldCalendarItem, { personId });
    const revised = revise(told, await currentItems(tx, personId), tx);
    const untouched = new Set<ToldItem>(told);
    const changed = revised.filter((item) => !untouched.has(item));
    if (changed.length > 0) {
      await tx.em.upsertMany(
        ToldCalendarItem,
        changed.map(({ uid, day, summary, description, sequence, cancelled, changedAt }) => ({
          personId,
          uid,
          day,
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

/** Each milestone on the day by which it is due, of today's schools and hubs. */
async function currentItems({ em, today }: Transaction, personId: string): Promise<CalendarItem[]> {
  const milestones = await ownMilestones(em, await belongingOf(em, personId), today);
  const enrolments = await em.find(Enrolment, { id: { $in: [...new Set(milestones.map((row) => row.enrolmentId))] } });
  const schools = await em.find(SchoolRecord, { id: { $in: enrolments.map(({ schoolId }) => schoolId) } });
  const schoolName = new Map(
    enrolments.map(({ id, schoolId }) => [id, schools.find((school) => school.id === schoolId)?.name ?? ""]),
  );
  return milestones.map(({ enrolmentId, audience, key, name, from, until, dueBy, note, source }) => ({
    uid: `${enrolmentId}.${audience}.${key}@psqm`.toLowerCase(),
    day: dueBy ?? until,
    summary: `${name} (${schoolName.get(enrolmentId)})`,
    description: [`From ${from} until ${until}.`, note, `Source: ${source}.`].filter(Boolean).join("\n"),
  }));
}
