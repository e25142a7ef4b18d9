import { createHash, randomBytes } from "node:crypto";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { requireAllowed } from "@psqm/subgraph/policy";
import { programmeTeamOrPlatform } from "../role/role.policy.ts";
import { keyLifeDays, keyScopes, partnerName } from "./partner.rules.ts";
import { Partner, PartnerKey } from "./partner.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface NewPartnerKey {
  /** The partner's name; a new name is a new partner. */
  partner: string;
  /** What the key opens, e.g. `["public"]`. */
  scopes: readonly string[];
  /** How long it lives, 1 to 730. */
  days: number;
}

export interface IssuedKey {
  keyId: string;
  partnerId: string;
  /** To be shown once and kept nowhere: only its SHA-256 is stored. */
  key: string;
  scopes: string[];
  /** UTC instant from which it opens nothing. */
  expiresAt: Date;
}

/**
 * Gives a partner a new key; older ones stay as they are.
 * @throws BadInput for a name, scope or lifetime that cannot be one
 */
export async function issuePartnerKey(caller: Caller, input: NewPartnerKey): Promise<IssuedKey> {
  const name = partnerName(input.partner);
  const scopes = keyScopes(input.scopes);
  const days = keyLifeDays(input.days);
  const keyId = newId("key");
  return transact(caller, "issuePartnerKey", keyId, async (tx) => {
    requireAllowed(programmeTeamOrPlatform, tx.viewer, undefined, "Issuing keys");
    await tx.em.execute("insert into partner (id, name, created_at) values (?, ?, ?) on conflict (name) do nothing", [
      newId("ptn"),
      name,
      tx.now,
    ]);
    const partner = await tx.em.findOneOrFail(Partner, { name });
    const key = `psqm_pk_${randomBytes(32).toString("base64url")}`;
    const expiresAt = new Date(tx.now.getTime() + days * DAY_MS);
    tx.em.create(PartnerKey, {
      id: keyId,
      partnerId: partner.id,
      sha256: createHash("sha256").update(key).digest("hex"),
      scopes,
      createdAt: tx.now,
      expiresAt,
      revokedAt: null,
    });
    return { keyId, partnerId: partner.id, key, scopes, expiresAt };
  });
}
