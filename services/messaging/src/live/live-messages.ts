import { listen } from "@psqm/events/listener";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { LiveActivity } from "../activity/live-activity.ts";
import { MESSAGES_CHANNEL, WakeUpCalls } from "./wake-up-calls.ts";

/** The service's listening connections and the streams that they wake. */
export interface LiveMessages extends Closable {
  calls: WakeUpCalls;
  /** Who types and who is there. */
  activity: LiveActivity;
}

/** Listens for commits of every replica. After each (re)connection all look again: what was said meanwhile is lost. */
export function openLiveMessages(deps: Pick<Deps, "database" | "databaseUrl" | "log">): LiveMessages {
  const { databaseUrl, log } = deps;
  const calls = new WakeUpCalls();
  const listener = listen(
    databaseUrl,
    [MESSAGES_CHANNEL],
    (_channel, topics) => (topics === "" ? calls.ringAll() : calls.ring(topics.split(" "))),
    log,
  );
  const activity = new LiveActivity(deps);
  return {
    calls,
    activity,
    async close() {
      await Promise.all([listener.close(), activity.close()]);
    },
  };
}
