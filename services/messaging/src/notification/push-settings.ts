import type { Deps } from "@psqm/subgraph/subgraph";
import { browsersPushServices } from "./push-endpoint.rules.ts";
import { vapidKeys } from "./vapid.ts";

export interface PushSettings {
  /** What browsers subscribe with, so that nobody but us can tell them anything. */
  publicKey: string;
  /** Origins that may be written to. */
  services: readonly string[];
}

/** PUSH_SERVICES, separated by commas, is for push services other than those of the browsers. */
export function pushSettings({ settings, signingSecret }: Pick<Deps, "settings" | "signingSecret">): PushSettings {
  const told = settings["PUSH_SERVICES"]?.split(",").filter(Boolean) ?? [];
  return {
    publicKey: vapidKeys(signingSecret).publicKey,
    services: told.length > 0 ? told : browsersPushServices,
  };
}
