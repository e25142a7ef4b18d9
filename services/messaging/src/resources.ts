import { type Files, openFiles } from "@psqm/files/files";
import type { Deps } from "@psqm/subgraph/subgraph";
import { type LiveMessages, openLiveMessages } from "./live/live-messages.ts";
import { startNotifications } from "./notification/notifications.ts";
import { startRetention } from "./retention/retention.ts";

/** What the service holds open while it runs. */
export interface MessagingResources extends LiveMessages {
  files: Files;
}

export async function openMessaging(deps: Deps): Promise<MessagingResources> {
  const files = openFiles("messaging", deps);
  const live = openLiveMessages(deps);
  const notifications = startNotifications(deps);
  const retention = startRetention(deps, files);
  return {
    ...live,
    files,
    async close() {
      await Promise.all([live.close(), notifications.close(), retention.close()]);
      await files.close();
    },
  };
}
