import { BadInput } from "@psqm/refusal/refusal";
import { knownPerson, Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { Award } from "../award/award.ts";
import { Enrolment, enrolmentReference } from "../enrolment/enrolment.ts";
import { missingCriteria } from "../framework/framework.rules.ts";
import { Framework, presentFramework } from "../framework/framework.ts";
import { frameworkOf } from "../framework/frameworks.rules.ts";
import type { AssessmentContext } from "../loaders.ts";
import { Person, personReference } from "../person/person.ts";
import { Reflection } from "../reflection/reflection.ts";
import { hubLeaders, subjectLeaders } from "../role.policy.ts";
import { School, schoolReference } from "../school/school.ts";
import { Submission } from "../submission/submission.ts";
import { AgreeTargetMarkInput, agreeTargetMark } from "./agree-target-mark.ts";
import { seesAssessment } from "./assessment.policy.ts";
import { TargetMarkState, targetMarkState } from "./assessment.rules.ts";
import { Assessment } from "./assessment.ts";
import { ProposeTargetMarkInput, proposeTargetMark } from "./propose-target-mark.ts";
import { signOff } from "./sign-off.ts";

const ENROLMENT = { description: "The school's enrolment." };

@Resolver(() => Assessment)
export class AssessmentResolver {
  @Policed(knownPerson)
  @Query(() => Assessment, {
    nullable: true,
    description: "One assessment, by its own id or by its enrolment's: give exactly one of the two.",
  })
  async assessment(
    @Arg("id", () => ID, { nullable: true, description: "The assessment's id." }) id: string | null,
    @Arg("enrolmentId", () => ID, { nullable: true, ...ENROLMENT }) enrolmentId: string | null,
    @Ctx() { loaders, viewer }: AssessmentContext,
  ): Promise<Assessment> {
    if (id && !enrolmentId) {
      return requireSeen(seesAssessment, viewer, await loaders.assessmentById.load(id), "assessment", id);
    }
    if (enrolmentId && !id) {
      const found = await loaders.assessmentByEnrolment.load(enrolmentId);
      return requireSeen(seesAssessment, viewer, found, "assessment of enrolment", enrolmentId);
    }
    throw new BadInput("Give the assessment's `id` or its `enrolmentId`: exactly one of them.");
  }

  @Policed(subjectLeaders)
  @Mutation(() => Assessment, { description: "Proposes the mark that the school wants to work towards." })
  proposeTargetMark(
    @Arg("input", () => ProposeTargetMarkInput, { description: "The enrolment and the mark." })
    input: ProposeTargetMarkInput,
    @Ctx() context: AssessmentContext,
  ): Promise<Assessment> {
    return proposeTargetMark(context, input);
  }

  @Policed(hubLeaders)
  @Mutation(() => Assessment, {
    description: "Agrees to the mark that the school proposes. Any other mark is refused MARK_NOT_PROPOSED.",
  })
  agreeTargetMark(
    @Arg("input", () => AgreeTargetMarkInput, { description: "The enrolment and the mark." })
    input: AgreeTargetMarkInput,
    @Ctx() context: AssessmentContext,
  ): Promise<Assessment> {
    return agreeTargetMark(context, input);
  }

  @Policed(hubLeaders)
  @Mutation(() => Assessment, {
    description: "Signs off that the school is ready to submit. Missing reflections are refused INCOMPLETE.",
  })
  signOff(
    @Arg("enrolmentId", () => ID, ENROLMENT) enrolmentId: string,
    @Ctx() context: AssessmentContext,
  ): Promise<Assessment> {
    return signOff(context, enrolmentId);
  }

  @FieldResolver(() => Enrolment, { description: "The year in the programme that it belongs to." })
  enrolment(@Root() { enrolmentId }: Assessment): Enrolment {
    return enrolmentReference(enrolmentId);
  }

  @FieldResolver(() => School, { description: "The school it is about." })
  school(@Root() { schoolId }: Assessment): School {
    return schoolReference(schoolId);
  }

  @FieldResolver(() => Framework, { description: "The version of the framework that its round has pinned." })
  framework(@Root() { framework }: Assessment): Framework {
    return presentFramework(frameworkOf(framework));
  }

  @FieldResolver(() => TargetMarkState, {
    nullable: true,
    description: "Whether the target mark is proposed or agreed; null before there is one.",
  })
  targetMarkState(@Root() { state }: Assessment): TargetMarkState | null {
    return targetMarkState(state);
  }

  @FieldResolver(() => [Reflection], { description: "What the school has written, by criterion." })
  reflections(@Root() { id }: Assessment, @Ctx() { loaders }: AssessmentContext): Promise<Reflection[]> {
    return loaders.reflectionsByAssessment.load(id);
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description:
      "Codes of the target mark's criteria without a reflection. An entry such as `LOCAL or WIDER` wants one of those it names. Null until there is a target mark.",
  })
  async missingCriteria(
    @Root() { id, framework, targetMark }: Assessment,
    @Ctx() { loaders }: AssessmentContext,
  ): Promise<string[] | null> {
    if (!targetMark) return null;
    const written = await loaders.reflectionsByAssessment.load(id);
    return missingCriteria(
      frameworkOf(framework),
      targetMark,
      written.map(({ criterion }) => criterion),
    );
  }

  @FieldResolver(() => Person, { nullable: true, description: "The hub leader who signed off; null before." })
  signedOffBy(@Root() { signedOffById }: Assessment): Person | null {
    return signedOffById ? personReference(signedOffById) : null;
  }

  @FieldResolver(() => Submission, { nullable: true, description: "What the school has submitted; null before." })
  submission(@Root() { id }: Assessment, @Ctx() { loaders }: AssessmentContext): Promise<Submission | null> {
    return loaders.submissionByAssessment.load(id);
  }

  @FieldResolver(() => Award, { nullable: true, description: "The award it led to, if any." })
  award(@Root() { enrolmentId }: Assessment, @Ctx() { loaders }: AssessmentContext): Promise<Award | null> {
    return loaders.awardByEnrolment.load(enrolmentId);
  }
}
