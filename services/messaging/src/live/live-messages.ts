import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { LiveActivity } from "../activity/live-activity.ts";
import { SendTogether } from "../message/send-together.ts";
import { MESSAGES_CHANNEL, MessageFeed } from "./message-feed.ts";

/** What the service keeps open for live messages. */
export interface LiveMessages extends Closable {
  /** An entity manager for one read: a subscription may live for months, and what it has read must not. */
  fork(): SqlEntityManager;
  feed: MessageFeed;
  /** Who types and who is there. */
  activity: LiveActivity;
  together: SendTogether;
}

/** Announcements can be lost with a connection; the table is the truth, so it is looked at this often regardless. */
const LOOK_MS = 5_000;

/** Listens for commits of every replica. After each (re)connection it looks for what was said meanwhile. */
export function openLiveMessages(deps: Pick<Deps, "database" | "signals" | "log">): LiveMessages {
  const { database, signals, log } = deps;
  const fork = () => database.em.fork();
  const feed = new MessageFeed(fork, log);
  const look = () => {
    feed.look().catch((error: unknown) => log.warn({ err: error }, "looking for messages failed; trying again"));
  };
  const listener = signals.listen([MESSAGES_CHANNEL], (_channel, lines) =>
    lines === "" ? look() : feed.announced(lines),
  );
  const looking = setInterval(look, LOOK_MS);
  const activity = new LiveActivity(deps);
  return {
    fork,
    feed,
    activity,
    together: new SendTogether(deps),
    async close() {
      clearInterval(looking);
      await Promise.all([listener.close(), activity.close()]);
      await feed.close();
    },
  };
}
