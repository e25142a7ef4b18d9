import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** The push services of the browsers: Chrome and Edge, Firefox, Safari, Windows. Nothing is sent anywhere else. */
export const browsersPushServices: readonly string[] = [
  "https://fcm.googleapis.com",
  "https://updates.push.services.mozilla.com",
  "https://web.push.apple.com",
  "https://*.push.apple.com",
  "https://*.notify.windows.com",
];

export const MOST_DEVICES = 10;

export class DevicesFull extends Refusal {
  constructor() {
    super("DEVICES_FULL", `At most ${MOST_DEVICES} devices are told at once. Unsubscribe one of them first.`);
  }
}

/**
 * An endpoint is an address that we are asked to write to, so it has to be one of a push service that is known.
 * @param services origins; `*` stands for one label of a host name
 * @throws BadInput
 */
export function assertEndpoint(endpoint: string, services: readonly string[]): void {
  const origin = URL.canParse(endpoint) ? new URL(endpoint).origin : "";
  const known = services.some((service) => {
    const pattern = service.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace("*", "[a-z0-9-]+");
    return new RegExp(`^${pattern}$`).test(origin);
  });
  if (known && endpoint.length <= 1_000) return;
  throw new BadInput("`endpoint` is the address that the browser's push service gave; this is none of a known one.");
}

/**
 * The keys of a browser's subscription (RFC 8291, 3.1 and 3.2).
 * @throws BadInput
 */
export function assertPushKeys(p256dh: string, auth: string): void {
  if (bytesOf(p256dh) === 65 && bytesOf(auth) === 16) return;
  throw new BadInput("`p256dh` and `auth` are the keys of the browser's subscription: base64url of 65 and 16 bytes.");
}

const bytesOf = (text: string) => (/^[\w-]+={0,2}$/.test(text) ? Buffer.from(text, "base64url").length : 0);
