import { raw } from "@mikro-orm/postgresql";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { Assessment } from "../assessment/assessment.ts";
import { Award } from "../award/award.ts";
import { Decision } from "../award/decision.ts";
import type { AssessmentContext } from "../loaders.ts";
import { Review } from "../review/review.ts";
import { hubLeaders, programmeTeam, subjectLeaders } from "../role.policy.ts";
import { School, schoolReference } from "../school/school.ts";
import { seesSubmission } from "./submission.policy.ts";
import { SubmissionState, submissionState } from "./submission.rules.ts";
import { Submission, SubmittedReflection } from "./submission.ts";
import { submit } from "./submit.ts";

const SubmissionConnection = connectionOf<Submission>("Submission", () => Submission);

@Resolver(() => Submission)
export class SubmissionResolver {
  @Policed(knownPerson)
  @Query(() => Submission, { nullable: true, description: "One submission." })
  async submission(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders, viewer }: AssessmentContext,
  ): Promise<Submission> {
    return requireSeen(seesSubmission, viewer, await loaders.submissionById.load(id), "submission", id);
  }

  @Policed(hubLeaders)
  @Query(() => SubmissionConnection, {
    description: "Submissions that wait for the review of the hub leader who asks, longest waiting first.",
  })
  submissionsToReview(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: AssessmentContext) {
    const awaitsReview = raw(
      (alias) =>
        `exists (select from review r where r.submission_id = ${alias}.id and r.reviewer_id = ? and r.completed_at is null)`,
      [viewer.personId],
    );
    return paginate(em, Submission, { [awaitsReview]: [] }, page, { submittedAt: "asc", id: "asc" });
  }

  @Policed(programmeTeam)
  @Query(() => SubmissionConnection, { description: "All submissions, newest first." })
  submissions(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: AssessmentContext) {
    return paginate(em, Submission, {}, page, { submittedAt: "desc", id: "desc" });
  }

  @Policed(subjectLeaders)
  @Mutation(() => Submission, { description: "Hands in what the hub leader has signed off." })
  submit(
    @Arg("enrolmentId", () => ID, { description: "The school's enrolment." }) enrolmentId: string,
    @Ctx() context: AssessmentContext,
  ): Promise<Submission> {
    return submit(context, enrolmentId);
  }

  @FieldResolver(() => Assessment, {
    nullable: true,
    description: "The assessment it comes from; null for a reviewer, who sees only what was submitted.",
  })
  assessment(@Root() { assessmentId }: Submission, @Ctx() { loaders }: AssessmentContext): Promise<Assessment | null> {
    return loaders.assessmentById.load(assessmentId);
  }

  @FieldResolver(() => School, { description: "The school that submitted it." })
  school(@Root() { schoolId }: Submission): School {
    return schoolReference(schoolId);
  }

  @FieldResolver(() => SubmissionState, { description: "Where it stands." })
  async state(
    @Root() { id, assessmentId }: Submission,
    @Ctx() { loaders }: AssessmentContext,
  ): Promise<SubmissionState> {
    const assessment = await loaders.assessmentById.load(assessmentId);
    if (!assessment) throw new Error(`Submission ${id} has lost its assessment.`);
    return submissionState(assessment.state);
  }

  @FieldResolver(() => [SubmittedReflection], { description: "The reflections as they were submitted." })
  reflections(@Root() { id }: Submission, @Ctx() { loaders }: AssessmentContext): Promise<SubmittedReflection[]> {
    return loaders.submittedReflections.load(id);
  }

  @FieldResolver(() => [Review], {
    description:
      "Its reviews. A reviewer sees their own; the school and its hub see them once the programme team has decided.",
  })
  reviews(@Root() { id }: Submission, @Ctx() { loaders }: AssessmentContext): Promise<Review[]> {
    return loaders.visibleReviews.load(id);
  }

  @FieldResolver(() => Decision, { nullable: true, description: "What the programme team decided; null before." })
  decision(@Root() { id }: Submission, @Ctx() { loaders }: AssessmentContext): Promise<Decision | null> {
    return loaders.decisionBySubmission.load(id);
  }

  @FieldResolver(() => Award, { nullable: true, description: "The award it led to, if any." })
  award(@Root() { enrolmentId }: Submission, @Ctx() { loaders }: AssessmentContext): Promise<Award | null> {
    return loaders.awardByEnrolment.load(enrolmentId);
  }
}
