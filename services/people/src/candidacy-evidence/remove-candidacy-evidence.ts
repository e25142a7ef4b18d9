import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { CandidacyClosed, CandidacyState } from "../candidacy/candidacy.rules.ts";
import type { Candidacy } from "../candidacy/candidacy.ts";
import { lockOwnCandidacy } from "../candidacy/lock-candidacy.ts";
import { CandidacyEvidence, CandidacyEvidenceVersion } from "./candidacy-evidence.ts";

/**
 * The candidate takes a piece of evidence out of a draft, with every text it had. What the team has seen stays.
 * @throws CandidacyClosed once it was handed in
 * @throws NotFound when the candidacy has no such piece
 */
export function removeCandidacyEvidence(
  caller: Caller,
  { candidacyId, evidenceId }: { candidacyId: string; evidenceId: string },
): Promise<Candidacy> {
  return transact(caller, "removeCandidacyEvidence", candidacyId, async (tx) => {
    const candidacy = await lockOwnCandidacy(tx, candidacyId, "Removing evidence");
    if (candidacy.state !== CandidacyState.Draft) throw new CandidacyClosed(candidacy.state);
    const evidence = await tx.em.findOne(CandidacyEvidence, { id: evidenceId, candidacyId });
    if (!evidence) throw new NotFound("evidence", evidenceId);
    await tx.em.nativeDelete(CandidacyEvidenceVersion, { evidenceId });
    tx.em.remove(evidence);
    return candidacy;
  });
}
