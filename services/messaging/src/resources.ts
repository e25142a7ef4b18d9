import { type Files, openFiles } from "@psqm/files/files";
import type { Deps } from "@psqm/subgraph/subgraph";
import { type LiveMessages, openLiveMessages } from "./live/live-messages.ts";
import { startNotifications } from "./notification/notifications.ts";
import { type PushSettings, pushSettings } from "./notification/push-settings.ts";
import { startRetention } from "./retention/retention.ts";

/** What the service holds open while it runs. */
export interface MessagingResources extends LiveMessages {
  files: Files;
  push: PushSettings;
  ask: Deps["ask"];
}

export async function openMessaging(deps: Deps): Promise<MessagingResources> {
  const files = openFiles("messaging", deps);
  const notifications = await startNotifications(deps);
  const live = openLiveMessages(deps);
  const retention = startRetention(deps, files);
  return {
    ...live,
    files,
    push: pushSettings(deps),
    ask: deps.ask,
    async close() {
      await Promise.all([live.close(), notifications.close(), retention.close()]);
      await files.close();
    },
  };
}
