import { setTimeout as delay } from "node:timers/promises";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { collectUnread } from "./collect-unread.ts";
import { sendDigests } from "./send-digests.ts";
import { sendPushes } from "./send-pushes.ts";
import { addressesForReplies, replySettings, takeReplies } from "./take-replies.ts";

const EVERY_MS = 5_000;

/**
 * Tells people, outside the platform, of what waits for them in it, and takes their answers. Safe to run in many
 * replicas at once.
 */
export async function startNotifications(deps: Deps): Promise<Closable> {
  const answering = replySettings(deps.settings);
  const replies = answering && (await takeReplies(deps, answering));
  const addressForReplies = answering && addressesForReplies(deps, answering);
  const contact = `mailto:${(deps.settings["MAIL_FROM"] || "programme@psqm.example").replace(/^.*<|>$/g, "")}`;
  const stop = new AbortController();
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        await collectUnread(deps.database.em);
        await sendPushes({ ...deps, contact });
        await sendDigests({ ...deps, addressForReplies });
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
      await Promise.all([running, replies?.close()]);
    },
  };
}
