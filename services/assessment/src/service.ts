import { defineSubgraph } from "@psqm/subgraph/subgraph";
import { AssessmentResolver } from "./assessment/assessment.resolver.ts";
import { AssessmentSchema } from "./assessment/assessment.ts";
import { closeAssessment, moveAssessment } from "./assessment/close-assessment.ts";
import { openAssessment } from "./assessment/open-assessment.ts";
import { AwardResolver } from "./award/award.resolver.ts";
import { AwardSchema } from "./award/award.ts";
import { DecisionSchema } from "./award/decision.ts";
import { EnrolmentResolver } from "./enrolment/enrolment.resolver.ts";
import { enrolmentReference } from "./enrolment/enrolment.ts";
import { FrameworkResolver } from "./framework/framework.resolver.ts";
import { assessmentLoaders } from "./loaders.ts";
import { migrations } from "./migrations.ts";
import { ReflectionResolver } from "./reflection/reflection.resolver.ts";
import { ReflectionSchema, ReflectionVersionSchema } from "./reflection/reflection.ts";
import { hearRelations } from "./relation/hear-relations.ts";
import { HubAppointmentSchema, SchoolMembershipSchema } from "./relation/relation.ts";
import { ReviewResolver } from "./review/review.resolver.ts";
import { ReviewSchema } from "./review/review.ts";
import { SchoolResolver } from "./school/school.resolver.ts";
import { schoolReference } from "./school/school.ts";
import { SubmissionResolver } from "./submission/submission.resolver.ts";
import { SubmissionSchema, SubmittedReflectionSchema } from "./submission/submission.ts";

interface Reference {
  id: string;
}

/** The framework, a school's year from target mark to award, and the register of awards. */
export const assessment = defineSubgraph({
  name: "assessment",
  port: 4103,
  entities: [
    AssessmentSchema,
    ReflectionSchema,
    ReflectionVersionSchema,
    SubmissionSchema,
    SubmittedReflectionSchema,
    ReviewSchema,
    DecisionSchema,
    AwardSchema,
    SchoolMembershipSchema,
    HubAppointmentSchema,
  ],
  migrations,
  resolvers: [
    FrameworkResolver,
    AssessmentResolver,
    ReflectionResolver,
    SubmissionResolver,
    ReviewResolver,
    AwardResolver,
    EnrolmentResolver,
    SchoolResolver,
  ],
  tags: { Mark: ["public"], Day: ["public"] },
  loaders: assessmentLoaders,
  references: {
    Assessment: ({ id }: Reference, { loaders }) => loaders.assessmentById.load(id),
    Submission: ({ id }: Reference, { loaders }) => loaders.submissionById.load(id),
    Award: ({ id }: Reference, { loaders }) => loaders.awardById.load(id),
    Enrolment: ({ id }: Reference) => enrolmentReference(id),
    School: ({ id }: Reference) => schoolReference(id),
  },
  handlers: [openAssessment, moveAssessment, ...closeAssessment, ...hearRelations],
});
