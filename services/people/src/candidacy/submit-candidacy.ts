import { type Caller, transact } from "@psqm/events/transact";
import { missingEvidence } from "../candidacy-evidence/candidacy-evidence.rules.ts";
import { CandidacyEvidence } from "../candidacy-evidence/candidacy-evidence.ts";
import { CandidacyState, EvidenceMissing } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";
import { lockOwnCandidacy } from "./lock-candidacy.ts";
import { moveCandidacy } from "./move-candidacy.ts";

/**
 * The candidate hands in a draft, or answers what was asked for, which puts it back under review.
 * @throws EvidenceMissing naming the criteria without any
 * @throws IllegalTransition when it is with the team, or decided
 */
export function submitCandidacy(caller: Caller, candidacyId: string): Promise<Candidacy> {
  return transact(caller, "submitCandidacy", candidacyId, async (tx) => {
    const candidacy = await lockOwnCandidacy(tx, candidacyId, "Submitting a candidacy");
    const evidence = await tx.em.find(CandidacyEvidence, { candidacyId });
    const missing = missingEvidence(candidacy.criteriaAsked(), evidence);
    if (missing.length > 0) throw new EvidenceMissing(missing);
    const isAnswer = candidacy.state === CandidacyState.EvidenceAsked;
    await moveCandidacy(tx, candidacy, isAnswer ? CandidacyState.UnderReview : CandidacyState.Submitted);
    return candidacy;
  });
}
