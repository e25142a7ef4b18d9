import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Assessment } from "../assessment/assessment.ts";
import type { AssessmentContext } from "../loaders.ts";
import { Enrolment } from "./enrolment.ts";

@Resolver(() => Enrolment)
export class EnrolmentResolver {
  @FieldResolver(() => Assessment, {
    nullable: true,
    description: "The year's assessment; null until the enrolment is confirmed, or when one may not see it.",
  })
  assessment(@Root() { id }: Enrolment, @Ctx() { loaders }: AssessmentContext): Promise<Assessment | null> {
    return loaders.assessmentByEnrolment.load(id);
  }
}
