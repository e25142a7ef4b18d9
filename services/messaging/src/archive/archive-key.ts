import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint, type JWK } from "jose";

/** What archives are signed with, and what anybody checks them by. */
export interface ArchiveKey {
  privateKey: KeyObject;
  publicKey: JWK;
}

/** An Ed25519 private key in PKCS #8 (RFC 8410) up to its 32 bytes. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** Derived from the platform's secret, so that every replica signs with the same key, today and after a restart. */
export async function archiveKey(signingSecret: string): Promise<ArchiveKey> {
  const seed = Buffer.from(hkdfSync("sha256", signingSecret, "", "psqm archives of conversations", 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
  const bare = createPublicKey(privateKey).export({ format: "jwk" }) as JWK;
  return { privateKey, publicKey: { ...bare, alg: "EdDSA", use: "sig", kid: await calculateJwkThumbprint(bare) } };
}
