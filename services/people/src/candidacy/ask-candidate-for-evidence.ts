import { type Caller, transact } from "@psqm/events/transact";
import { CandidacyState, candidacyAnswer } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";
import { lockCandidacyForTeam } from "./lock-candidacy.ts";
import { moveCandidacy } from "./move-candidacy.ts";

/**
 * The team gives the candidacy back to the candidate, who reads the verdicts so far and may write again.
 * @param what the evidence that is wanted, 1 to 5000 characters
 * @throws IllegalTransition unless it is under review
 */
export async function askCandidateForEvidence(
  caller: Caller,
  { candidacyId, what }: { candidacyId: string; what: string },
): Promise<Candidacy> {
  const comment = candidacyAnswer(what);
  return transact(caller, "askCandidateForEvidence", candidacyId, async (tx) => {
    const candidacy = await lockCandidacyForTeam(tx, candidacyId);
    await moveCandidacy(tx, candidacy, CandidacyState.EvidenceAsked, comment);
    return candidacy;
  });
}
