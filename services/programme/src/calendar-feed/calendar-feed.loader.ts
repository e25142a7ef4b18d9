import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { CalendarFeed } from "./calendar-feed.ts";

/** Feeds by their owner; null for one who has none. */
export function calendarFeedLoader(em: SqlEntityManager): DataLoader<string, CalendarFeed | null> {
  return new DataLoader(async (ownerIds) => {
    const found = await em.find(CalendarFeed, { ownerId: { $in: [...ownerIds] } });
    const byOwner = new Map(found.map((feed) => [feed.ownerId, feed]));
    return ownerIds.map((id) => byOwner.get(id) ?? null);
  });
}
