import { type Files, openFiles } from "@psqm/files/files";
import { type Links, signedLinks } from "@psqm/files/links";
import type { Deps } from "@psqm/subgraph/subgraph";
import { type ArchiveKey, archiveKey } from "./archive/archive-key.ts";
import { type LiveMessages, openLiveMessages } from "./live/live-messages.ts";
import { startNotifications } from "./notification/notifications.ts";
import { type PushSettings, pushSettings } from "./notification/push-settings.ts";
import { startRetention } from "./retention/retention.ts";

/** What the service holds open while it runs. */
export interface MessagingResources extends LiveMessages {
  files: Files;
  push: PushSettings;
  ask: Deps["ask"];
  /** Paths to archives of conversations, by access, and what those are signed with. */
  archives: { links: Links; key: ArchiveKey };
}

export async function openMessaging(deps: Deps): Promise<MessagingResources> {
  const files = openFiles("messaging", deps);
  const notifications = await startNotifications(deps);
  const archives = {
    links: signedLinks({ ...deps, service: "messaging/archive" }),
    key: await archiveKey(deps.signingSecret),
  };
  const live = openLiveMessages(deps);
  const retention = startRetention(deps, files);
  return {
    ...live,
    files,
    push: pushSettings(deps),
    ask: deps.ask,
    archives,
    async close() {
      await Promise.all([live.close(), notifications.close(), retention.close()]);
      await files.close();
    },
  };
}
