import { setTimeout as delay } from "node:timers/promises";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { collectUnread } from "./collect-unread.ts";
import { sendDigests } from "./send-digests.ts";

const EVERY_MS = 5_000;

/** Tells people, outside the platform, of what waits for them in it. Safe to run in many replicas at once. */
export function startNotifications(deps: Deps): Closable {
  const stop = new AbortController();
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        await collectUnread(deps.database.em);
        await sendDigests(deps);
      } catch (error) {
        const { code, name } = error as { code?: unknown; name?: unknown };
        // Not the error itself: a failed statement holds what it would have written.
        deps.log.warn({ code, name }, "telling people of their messages failed");
      }
      await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
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
