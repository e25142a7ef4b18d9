import type { Caller } from "@psqm/events/transact";
import { applyAsCandidate } from "../candidacy/apply-as-candidate.ts";
import type { Candidacy } from "../candidacy/candidacy.ts";
import type { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import { submitCandidacy } from "../candidacy/submit-candidacy.ts";
import { writeCandidacyEvidence } from "../candidacy-evidence/write-candidacy-evidence.ts";

/** A candidacy of the caller with something for every criterion, handed in. */
export async function handedInCandidacy(caller: () => Caller, kind: CandidacyKind): Promise<Candidacy> {
  const draft = await applyAsCandidate(caller(), { kind, statement: "I am the one.", isTeacher: true });
  for (const { code } of draft.criteriaAsked()) {
    await writeCandidacyEvidence(caller(), {
      candidacyId: draft.id,
      evidenceId: null,
      criterion: code,
      kind: "OTHER",
      text: `What I have done for ${code}.`,
      startedOn: null,
      endedOn: null,
      referee: null,
      version: 0,
    });
  }
  return submitCandidacy(caller(), draft.id);
}
