import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, StaleVersion } from "@psqm/refusal/refusal";
import type { AseVerification } from "./ase-membership.rules.ts";
import { AseMembership } from "./ase-membership.ts";

/**
 * The programme team writes down what the ASE said about a number and its expiry.
 * @param version of the membership about which the ASE was asked
 * @throws NotFound when the person has given none
 * @throws StaleVersion when it was changed meanwhile: the ASE was asked about something else
 */
export function verifyAseMembership(
  caller: Caller,
  { personId, outcome, version }: { personId: string; outcome: AseVerification; version: number },
): Promise<AseMembership> {
  return transact(caller, "verifyAseMembership", personId, async (tx) => {
    const membership = await tx.em.findOne(AseMembership, { personId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!membership) throw new NotFound("ASE membership of", personId);
    if (membership.version !== version) {
      const { number, expiresOn, state } = membership;
      throw new StaleVersion(version, { version: membership.version, number, expiresOn, state });
    }
    return tx.em.assign(membership, { state: outcome, verifiedAt: tx.now, version: version + 1 });
  });
}
