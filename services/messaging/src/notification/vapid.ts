import { createECDH, hkdfSync } from "node:crypto";

/** How push services know us (RFC 8292). */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** Follows from the installation's secret, so that there is nothing more to keep: a new secret ends all subscriptions. */
export function vapidKeys(signingSecret: string): VapidKeys {
  const pair = createECDH("prime256v1");
  // A number of the curve's order with all but certainty; else the secret would have to be another.
  pair.setPrivateKey(Buffer.from(hkdfSync("sha256", signingSecret, "", "web push of messaging", 32)));
  return { publicKey: pair.getPublicKey("base64url"), privateKey: pair.getPrivateKey("base64url") };
}
