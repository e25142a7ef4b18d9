import { type Caller, transact } from "@psqm/events/transact";
import { StaleVersion, Unauthenticated } from "@psqm/refusal/refusal";
import { CandidacyState, candidacyAnswer, NotUnderReview } from "../candidacy/candidacy.rules.ts";
import { lockCandidacyForTeam } from "../candidacy/lock-candidacy.ts";
import { criterionAsked } from "../candidacy-evidence/candidacy-evidence.rules.ts";
import type { CriterionVerdict } from "./candidacy-verdict.rules.ts";
import { CandidacyVerdict } from "./candidacy-verdict.ts";

export interface Judgement {
  candidacyId: string;
  criterion: string;
  verdict: CriterionVerdict;
  comment: string | null;
  /** The version that this changes; 0 for the first verdict on the criterion. */
  version: number;
}

/**
 * The team gives or changes its verdict on one criterion.
 * @throws NotUnderReview unless the candidacy is
 * @throws StaleVersion with the verdict as it stands when somebody else has given one meanwhile
 * @throws BadInput for a criterion that is not asked for
 */
export async function judgeCriterion(caller: Caller, judgement: Judgement): Promise<CandidacyVerdict> {
  const { candidacyId, criterion, verdict, version } = judgement;
  const comment = judgement.comment?.trim() ? candidacyAnswer(judgement.comment) : null;
  return transact(caller, "judgeCriterion", candidacyId, async (tx) => {
    const candidacy = await lockCandidacyForTeam(tx, candidacyId);
    if (candidacy.state !== CandidacyState.UnderReview) throw new NotUnderReview(candidacy.state);
    criterionAsked(candidacy.criteriaAsked(), criterion);
    const current = await tx.em.findOne(CandidacyVerdict, { candidacyId, criterion });
    if (version !== (current?.version ?? 0)) {
      throw new StaleVersion(version, {
        version: current?.version ?? 0,
        criterion,
        verdict: current?.verdict ?? null,
        comment: current?.comment ?? null,
      });
    }
    if (tx.viewer.personId === null) throw new Unauthenticated();
    const given = { verdict, comment, version: version + 1, givenById: tx.viewer.personId, givenAt: tx.now };
    return current
      ? tx.em.assign(current, given)
      : tx.em.create(CandidacyVerdict, { candidacyId, criterion, ...given });
  });
}
