import { type Caller, transact } from "@psqm/events/transact";
import { CandidacyState } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";
import { lockCandidacyForTeam } from "./lock-candidacy.ts";
import { moveCandidacy } from "./move-candidacy.ts";

/**
 * The team takes up a candidacy that was handed in, or takes back one whose candidate does not answer.
 * @throws IllegalTransition when it is under review already, or decided
 */
export function reviewCandidacy(caller: Caller, candidacyId: string): Promise<Candidacy> {
  return transact(caller, "reviewCandidacy", candidacyId, async (tx) => {
    const candidacy = await lockCandidacyForTeam(tx, candidacyId);
    await moveCandidacy(tx, candidacy, CandidacyState.UnderReview);
    return candidacy;
  });
}
