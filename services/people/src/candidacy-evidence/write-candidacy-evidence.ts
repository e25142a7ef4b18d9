import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { BadInput, NotFound, StaleVersion } from "@psqm/refusal/refusal";
import { assertWritable } from "../candidacy/candidacy.rules.ts";
import { lockOwnCandidacy } from "../candidacy/lock-candidacy.ts";
import {
  criterionAsked,
  type EvidenceGiven,
  evidenceGiven,
  MOST_EVIDENCE_OF_A_CRITERION,
  TooMuchEvidence,
} from "./candidacy-evidence.rules.ts";
import { CandidacyEvidence, CandidacyEvidenceVersion } from "./candidacy-evidence.ts";

export interface EvidenceWritten extends EvidenceGiven {
  candidacyId: string;
  /** The piece to change; null for a new one. */
  evidenceId: string | null;
  criterion: string;
  /** The version that this changes; 0 for a new one. */
  version: number;
}

/**
 * The candidate adds a piece of evidence for a criterion, or changes one.
 * @throws StaleVersion with the piece as it stands when it was changed meanwhile
 * @throws CandidacyClosed unless it is a draft or more evidence was asked for
 * @throws TooMuchEvidence when the criterion has as many pieces as it takes
 * @throws BadInput for a criterion that is not asked for, a kind it does not have, or days that cannot be
 */
export function writeCandidacyEvidence(caller: Caller, written: EvidenceWritten): Promise<CandidacyEvidence> {
  const { candidacyId, evidenceId, kind, text, startedOn, endedOn, referee } = written;
  return transact(caller, "writeCandidacyEvidence", candidacyId, async (tx) => {
    const candidacy = await lockOwnCandidacy(tx, candidacyId, "Writing evidence");
    assertWritable(candidacy.state);
    const criterion = criterionAsked(candidacy.criteriaAsked(), written.criterion);
    const given = evidenceGiven(criterion, { kind, text, startedOn, endedOn, referee }, tx.today);
    const evidence =
      evidenceId === null ? await begin(tx, written, given) : await change(tx, { ...written, evidenceId }, given);
    // The version's row refers to the evidence's.
    await tx.em.flush();
    tx.em.create(CandidacyEvidenceVersion, {
      ...given,
      evidenceId: evidence.id,
      version: evidence.version,
      writtenAt: tx.now,
    });
    return evidence;
  });
}

async function begin(
  tx: Transaction,
  { candidacyId, criterion, version }: EvidenceWritten,
  given: EvidenceGiven,
): Promise<CandidacyEvidence> {
  if (version !== 0) throw new BadInput(`New evidence is written with version 0, not ${version}. Or name the piece.`);
  const others = await tx.em.count(CandidacyEvidence, { candidacyId, criterion });
  if (others >= MOST_EVIDENCE_OF_A_CRITERION) throw new TooMuchEvidence(criterion);
  return tx.em.create(CandidacyEvidence, {
    ...given,
    id: newId("evd"),
    candidacyId,
    criterion,
    version: 1,
    updatedAt: tx.now,
  });
}

async function change(
  tx: Transaction,
  { candidacyId, evidenceId, criterion, version }: EvidenceWritten & { evidenceId: string },
  given: EvidenceGiven,
): Promise<CandidacyEvidence> {
  const evidence = await tx.em.findOne(CandidacyEvidence, { id: evidenceId, candidacyId, criterion });
  if (!evidence) throw new NotFound(`evidence for ${criterion}`, evidenceId);
  if (version !== evidence.version) {
    const { kind, text, startedOn, endedOn, referee } = evidence;
    throw new StaleVersion(version, {
      version: evidence.version,
      id: evidenceId,
      kind,
      text,
      startedOn,
      endedOn,
      referee,
      updatedAt: evidence.updatedAt.toISOString(),
    });
  }
  return tx.em.assign(evidence, { ...given, version: version + 1, updatedAt: tx.now });
}
