import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { CalendarFeed } from "./calendar-feed.ts";

/**
 * The viewer's feed stops to answer, at once and for good.
 * @returns the feed as it was
 * @throws NotFound when they have none
 */
export function revokeCalendarFeed(caller: Caller): Promise<CalendarFeed> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "revokeCalendarFeed", personId, async (tx) => {
    const feed = await tx.em.findOne(CalendarFeed, personId);
    if (!feed) throw new NotFound("calendar feed of", personId);
    const { madeAt, lastReadAt } = feed;
    await tx.em.nativeDelete(CalendarFeed, { personId });
    return Object.assign(new CalendarFeed(), { personId, madeAt, lastReadAt });
  });
}
