import { setTimeout as delay } from "node:timers/promises";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { sendReminders } from "./send-reminders.ts";

/** What is due changes with the day; what is done, and extensions, in between. */
const EVERY_MS = 10 * 60_000;

/** Reminds people while the service runs. Safe in many replicas at once. */
export function startReminding(deps: Deps): Closable {
  const stop = new AbortController();
  const run = async () => {
    for (;;) {
      await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      try {
        await sendReminders(deps);
      } catch (error) {
        const { code, name } = error as { code?: unknown; name?: unknown };
        // Not the error itself: a failed statement holds what it would have written.
        deps.log.warn({ code, name }, "reminding people of what is due failed");
      }
    }
  };
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
