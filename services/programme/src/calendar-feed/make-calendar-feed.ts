import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { CalendarFeed } from "./calendar-feed.ts";
import { digestOf, newFeedSecret } from "./feed-secret.ts";

/** Gives the viewer a feed under a new secret path; one that they had before stops to answer. */
export function makeCalendarFeed(caller: Caller): Promise<CalendarFeed> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "makeCalendarFeed", personId, async (tx) => {
    const secret = newFeedSecret();
    const feed = await tx.em.upsert(CalendarFeed, {
      personId,
      digest: digestOf(secret),
      madeAt: tx.now,
      lastReadAt: null,
    });
    feed.path = `/calendar/${secret}.ics`;
    return feed;
  });
}
