import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { mayPlan } from "../session/session.policy.ts";
import { CalendarFeed } from "./calendar-feed.ts";

/**
 * The viewer's feed stops to answer, at once and for good.
 * @returns the feed as it was
 * @throws NotFound when they have none
 */
export function revokeCalendarFeed(caller: Caller): Promise<CalendarFeed> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "revokeCalendarFeed", personId, (tx) => revoke(tx, personId));
}

/**
 * The feed of a hub stops to answer, at once and for good.
 * @returns the feed as it was
 * @throws NotFound when it has none
 * @throws Forbidden for anyone but the leaders of the hub and the programme team
 */
export function revokeHubCalendarFeed(caller: Caller, hubId: string): Promise<CalendarFeed> {
  return transact(caller, "revokeHubCalendarFeed", hubId, (tx) => {
    requireAllowed(mayPlan, caller.viewer, { hubId }, "revokeHubCalendarFeed");
    return revoke(tx, hubId);
  });
}

async function revoke({ em }: Transaction, ownerId: string): Promise<CalendarFeed> {
  const feed = await em.findOne(CalendarFeed, ownerId);
  if (!feed) throw new NotFound("calendar feed of", ownerId);
  const { madeAt, lastReadAt } = feed;
  await em.nativeDelete(CalendarFeed, { ownerId });
  return Object.assign(new CalendarFeed(), { ownerId, madeAt, lastReadAt });
}
