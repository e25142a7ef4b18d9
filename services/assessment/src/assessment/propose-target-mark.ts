import { type Caller, transact } from "@psqm/events/transact";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Field, ID, InputType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";
import { subjectLeaderOfSchool } from "./assessment.policy.ts";
import { AssessmentState, assessmentTransitions } from "./assessment.rules.ts";
import type { Assessment } from "./assessment.ts";
import { lockAssessment } from "./lock-assessment.ts";

@InputType({ description: "A target mark that a school proposes." })
export class ProposeTargetMarkInput {
  @Field(() => ID, { description: "The school's enrolment." })
  enrolmentId!: string;

  @Field(() => Mark, { description: "The mark it wants to work towards." })
  mark!: Mark;
}

/** The school proposes the mark it will work towards, or another one while its hub leader has not agreed. */
export function proposeTargetMark(caller: Caller, { enrolmentId, mark }: ProposeTargetMarkInput): Promise<Assessment> {
  return transact(caller, "proposeTargetMark", enrolmentId, async (tx) => {
    const assessment = await lockAssessment(tx, enrolmentId);
    requireAllowed(subjectLeaderOfSchool, tx.viewer, assessment, "Proposing the target mark");
    assertTransition("assessment", assessmentTransitions, assessment.state, AssessmentState.TargetProposed);
    assessment.state = AssessmentState.TargetProposed;
    assessment.targetMark = mark;
    return assessment;
  });
}
