import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { announceViewer } from "../identity/announce-viewer.ts";
import { programmeTeamOrPlatform } from "../role/role.policy.ts";
import { PartnerKey } from "./partner.ts";

/**
 * A key opens nothing from now on; again is no fault.
 * @throws NotFound for an unknown key
 */
export function revokePartnerKey(caller: Caller, keyId: string): Promise<PartnerKey> {
  return transact(caller, "revokePartnerKey", keyId, async (tx) => {
    requireAllowed(programmeTeamOrPlatform, tx.viewer, undefined, "Revoking keys");
    const key = await tx.em.findOne(PartnerKey, { id: keyId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!key) throw new NotFound("key", keyId);
    key.revokedAt ??= tx.now;
    await announceViewer(tx, keyId);
    return key;
  });
}
