import type { Transaction } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { announceViewer } from "../identity/announce-viewer.ts";
import { candidacyMoved } from "./candidacy.events.ts";
import { answeringStates, CandidacyState, candidacyTransitions } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";
import { CandidacyStep } from "./candidacy-step.ts";

/**
 * Lets a candidacy, which `tx` holds locked, become something else, and writes its history.
 * @param comment what the team writes to the candidate
 * @throws IllegalTransition when it cannot become that from what it is
 */
export async function moveCandidacy(
  tx: Transaction,
  candidacy: Candidacy,
  to: CandidacyState,
  comment: string | null = null,
): Promise<void> {
  assertTransition("candidacy", candidacyTransitions, candidacy.state, to);
  candidacy.state = to;
  if (to === CandidacyState.Submitted) candidacy.submittedAt = tx.now;
  if (answeringStates.includes(to)) candidacy.answeredAt = tx.now;
  const { id: candidacyId, personId, kind } = candidacy;
  const number = (await tx.em.count(CandidacyStep, { candidacyId })) + 1;
  tx.em.create(CandidacyStep, {
    candidacyId,
    number,
    state: to,
    at: tx.now,
    takenById: tx.viewer.personId,
    comment,
  });
  tx.emit(candidacyMoved, candidacyId, { candidacyId, personId, kind, state: to });
  await announceViewer(tx, personId);
}
