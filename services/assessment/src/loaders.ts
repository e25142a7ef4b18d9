import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import type { Context } from "@psqm/subgraph/context";
import { assessmentByEnrolment, assessmentById } from "./assessment/assessment.loader.ts";
import { awardByEnrolment, awardById, awardsBySchool, decisionBySubmission } from "./award/award.loader.ts";
import { reflectionsByAssessment } from "./reflection/reflection.loader.ts";
import { visibleReviewsBySubmission } from "./review/review.loader.ts";
import { submissionByAssessment, submissionById, submittedReflections } from "./submission/submission.loader.ts";

/** The batch reads of one request: one SQL each, however many rows ask. */
export function assessmentLoaders({ em, viewer }: { em: SqlEntityManager; viewer: Viewer }) {
  return {
    assessmentById: assessmentById(em),
    assessmentByEnrolment: assessmentByEnrolment(em),
    reflectionsByAssessment: reflectionsByAssessment(em),
    submissionById: submissionById(em),
    submissionByAssessment: submissionByAssessment(em),
    submittedReflections: submittedReflections(em),
    visibleReviews: visibleReviewsBySubmission(em, viewer),
    decisionBySubmission: decisionBySubmission(em),
    awardById: awardById(em),
    awardByEnrolment: awardByEnrolment(em),
    awardsBySchool: awardsBySchool(em),
  };
}

export type AssessmentContext = Context<ReturnType<typeof assessmentLoaders>, undefined>;
