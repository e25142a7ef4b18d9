import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { CandidacyState } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";

/** Settles the open candidacy, if there is one, of somebody who is being appointed as what they applied for. */
export async function appointCandidate(tx: Transaction, personId: string, role: Role): Promise<void> {
  const kind = Object.values(CandidacyKind).find((each) => String(each) === String(role));
  if (!kind) return;
  const open = await tx.em.findOne(
    Candidacy,
    { personId, kind, state: CandidacyState.Submitted },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  open?.appoint();
}
