import { type Caller, transact } from "@psqm/events/transact";
import { CandidacyState, candidacyAnswer } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";
import { lockCandidacyForTeam } from "./lock-candidacy.ts";
import { moveCandidacy } from "./move-candidacy.ts";

/**
 * Ends a candidacy without an appointment. The candidate may begin another.
 * @param reason for the candidate to read, 1 to 5000 characters
 * @throws IllegalTransition unless it is under review or more evidence was asked for
 */
export async function declineCandidate(
  caller: Caller,
  { candidacyId, reason }: { candidacyId: string; reason: string },
): Promise<Candidacy> {
  const comment = candidacyAnswer(reason);
  return transact(caller, "declineCandidate", candidacyId, async (tx) => {
    const candidacy = await lockCandidacyForTeam(tx, candidacyId);
    await moveCandidacy(tx, candidacy, CandidacyState.Declined, comment);
    return candidacy;
  });
}
