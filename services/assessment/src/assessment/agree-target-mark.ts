import { type Caller, transact } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Field, ID, InputType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";
import { targetMarkAgreed } from "./assessment.events.ts";
import { leaderOfHub } from "./assessment.policy.ts";
import { AssessmentState, assessmentTransitions, MarkNotProposed } from "./assessment.rules.ts";
import type { Assessment } from "./assessment.ts";
import { lockAssessment } from "./lock-assessment.ts";

@InputType({ description: "A hub leader's agreement to the target mark that a school proposes." })
export class AgreeTargetMarkInput {
  @Field(() => ID, { description: "The school's enrolment." })
  enrolmentId!: string;

  @Field(() => Mark, { description: "The mark agreed to; it must be the one proposed." })
  mark!: Mark;
}

/**
 * The hub leader confirms the target mark (document 001, hub leaders assign levels; 002, "agree with the subject leader
 * which quality mark is appropriate").
 * @throws MarkNotProposed when the school proposes another mark, or none
 */
export function agreeTargetMark(caller: Caller, { enrolmentId, mark }: AgreeTargetMarkInput): Promise<Assessment> {
  return transact(caller, "agreeTargetMark", enrolmentId, async (tx) => {
    const assessment = await lockAssessment(tx, enrolmentId);
    requireAllowed(leaderOfHub, tx.viewer, assessment, "Agreeing to the target mark");
    if (!assessment.targetMark) throw new MarkNotProposed(mark, null);
    assertTransition("assessment", assessmentTransitions, assessment.state, AssessmentState.TargetAgreed);
    if (assessment.targetMark !== mark) throw new MarkNotProposed(mark, assessment.targetMark);
    assessment.state = AssessmentState.TargetAgreed;
    tx.emit(targetMarkAgreed, enrolmentId, { enrolmentId, mark });
    return assessment;
  });
}
