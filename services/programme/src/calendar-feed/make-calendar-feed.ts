import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Hub } from "../hub/hub.ts";
import { mayPlan } from "../session/session.policy.ts";
import { CalendarFeed } from "./calendar-feed.ts";
import { digestOf, newFeedSecret } from "./feed-secret.ts";

/** Gives the viewer a feed under a new secret path; one that they had before stops to answer. */
export function makeCalendarFeed(caller: Caller): Promise<CalendarFeed> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "makeCalendarFeed", personId, (tx) => make(tx, personId));
}

/**
 * Gives a hub a feed under a new secret path, of what its leaders have to do; one that it had before stops to answer.
 * @throws NotFound for a hub that is not there
 * @throws Forbidden for anyone but the leaders of the hub and the programme team
 */
export function makeHubCalendarFeed(caller: Caller, hubId: string): Promise<CalendarFeed> {
  return transact(caller, "makeHubCalendarFeed", hubId, async (tx) => {
    requireAllowed(mayPlan, caller.viewer, { hubId }, "makeHubCalendarFeed");
    if (!(await tx.em.findOne(Hub, hubId))) throw new NotFound("hub", hubId);
    return make(tx, hubId);
  });
}

async function make({ em, now }: Transaction, ownerId: string): Promise<CalendarFeed> {
  const secret = newFeedSecret();
  const feed = await em.upsert(CalendarFeed, { ownerId, digest: digestOf(secret), madeAt: now, lastReadAt: null });
  feed.path = `/calendar/${secret}.ics`;
  return feed;
}
