import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { candidacyPolicy, candidateSelf } from "./candidacy.policy.ts";
import { OwnCandidacy } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";

/**
 * The candidacy, locked, for its candidate to work on.
 * @throws NotFound when the viewer may not see it
 * @throws Forbidden for the programme team: what a candidate brings, they write themselves
 */
export async function lockOwnCandidacy(tx: Transaction, id: string, what: string): Promise<Candidacy> {
  const candidacy = await lockSeen(tx, id);
  requireAllowed(candidateSelf, tx.viewer, candidacy, what);
  return candidacy;
}

/**
 * The candidacy, locked, for the programme team to work on.
 * @throws NotFound when there is none that was handed in
 * @throws OwnCandidacy for a candidate who is of the programme team
 */
export async function lockCandidacyForTeam(tx: Transaction, id: string): Promise<Candidacy> {
  const candidacy = await lockSeen(tx, id);
  if (candidateSelf.allows(tx.viewer, candidacy)) throw new OwnCandidacy();
  return candidacy;
}

async function lockSeen(tx: Transaction, id: string): Promise<Candidacy> {
  const candidacy = await tx.em.findOne(Candidacy, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  return requireSeen(candidacyPolicy, tx.viewer, candidacy, "candidacy", id);
}
