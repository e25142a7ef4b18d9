import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { Person } from "../person/person.ts";
import { currentSpecifications, specificationOf } from "../specification/specifications.rules.ts";
import {
  AlreadyApplied,
  assertSpecificationFor,
  CandidacyState,
  candidacyStatement,
  pendingStates,
} from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import type { CandidacyKind } from "./candidacy-kind.rules.ts";
import { CandidacyStep } from "./candidacy-step.ts";

export interface ApplicationToBe {
  kind: CandidacyKind;
  statement: string;
  isTeacher: boolean;
  /** Pinned; the current one for the kind if left out. */
  specification?: string | undefined;
}

/**
 * The viewer begins a draft candidacy for hub leader or mentor.
 * @throws BadInput for a statement of no or more than 5000 characters
 * @throws NotFound for an unknown specification
 * @throws SpecificationNotForKind for one that is of the other kind only
 * @throws AlreadyApplied while a candidacy for the same is not decided
 */
export async function applyAsCandidate(caller: Caller, input: ApplicationToBe): Promise<Candidacy> {
  const id = newId("cnd");
  const { kind, isTeacher } = input;
  const statement = candidacyStatement(input.statement);
  const specification = input.specification ? specificationOf(input.specification) : currentSpecifications[kind];
  assertSpecificationFor(specification, kind);
  return transact(caller, "applyAsCandidate", id, async (tx) => {
    // The candidate's row makes two candidacies of one person queue.
    const self = await tx.em.findOne(
      Person,
      { id: tx.viewer.personId ?? "" },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!self) throw new Unauthenticated();
    const states = [CandidacyState.Draft, ...pendingStates];
    const open = await tx.em.findOne(Candidacy, { personId: self.id, kind, state: { $in: states } });
    if (open) throw new AlreadyApplied(kind, open.id);
    const candidacy = tx.em.create(Candidacy, {
      id,
      personId: self.id,
      kind,
      state: CandidacyState.Draft,
      specification: specification.version,
      isTeacher,
      statement,
      version: 1,
      startedAt: tx.now,
      submittedAt: null,
      answeredAt: null,
      appointedOn: null,
      appointmentId: null,
    });
    // The history's row refers to the candidacy's.
    await tx.em.flush();
    tx.em.create(CandidacyStep, {
      candidacyId: id,
      number: 1,
      state: CandidacyState.Draft,
      at: tx.now,
      takenById: self.id,
      comment: null,
    });
    return candidacy;
  });
}
