import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { announceViewer } from "../identity/announce-viewer.ts";
import { Person } from "../person/person.ts";
import { AlreadyApplied, CandidacyState, candidacyStatement } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import type { CandidacyKind } from "./candidacy-kind.rules.ts";

/**
 * The viewer applies to be hub leader or mentor.
 * @throws BadInput for a statement of no or more than 5000 characters
 * @throws AlreadyApplied while an application for the same is open
 */
export async function applyAsCandidate(
  caller: Caller,
  input: { kind: CandidacyKind; statement: string },
): Promise<Candidacy> {
  const id = newId("cnd");
  const statement = candidacyStatement(input.statement);
  return transact(caller, "applyAsCandidate", id, async (tx) => {
    // The candidate's row makes two applications of one person queue.
    const self = await tx.em.findOne(
      Person,
      { id: tx.viewer.personId ?? "" },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!self) throw new Unauthenticated();
    const open = { personId: self.id, kind: input.kind, state: CandidacyState.Submitted };
    if (await tx.em.findOne(Candidacy, open)) throw new AlreadyApplied(input.kind);
    const candidacy = tx.em.create(Candidacy, { id, ...open, statement, submittedAt: tx.now });
    await announceViewer(tx, self.id);
    return candidacy;
  });
}
