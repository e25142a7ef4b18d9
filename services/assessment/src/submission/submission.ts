import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";
import { seesSubmission } from "./submission.policy.ts";
import { SubmissionState } from "./submission.rules.ts";

registerEnumType(SubmissionState, {
  name: "SubmissionState",
  description: "Where a submission stands.",
  valuesConfig: {
    Submitted: { description: "No reviewer has been assigned yet." },
    InReview: { description: "Hub leaders of other hubs review it." },
    Decided: { description: "The programme team has decided." },
  },
});

export const SubmissionSchema = defineEntity({
  name: "Submission",
  tableName: "submission",
  properties: {
    id: p.string().primary(),
    assessmentId: p.string(),
    enrolmentId: p.string(),
    schoolId: p.string(),
    hubId: p.string(),
    framework: p.string(),
    mark: p.enum(() => Mark),
    submittedAt: p.datetime(3),
    submittedById: p.string(),
    signedOffById: p.string(),
    /** Comes with the row, because who may see the row depends on it. */
    reviewerIds: p
      .array()
      .formula(
        (columns) =>
          `coalesce((select array_agg(r.reviewer_id) from review r where r.submission_id = ${columns["id"]}), '{}')`,
      ),
  },
});

/** What a school handed in. The database refuses any change to it. */
@Policed(seesSubmission)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "What a school handed in for a mark; it can no longer be changed." })
export class Submission extends SubmissionSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => Mark, { description: "The mark it was submitted for." })
  declare mark: Mark;

  @Field(() => GraphQLISODateTime, { description: "When it was submitted." })
  declare submittedAt: Date;
}
SubmissionSchema.setClass(Submission);

export const SubmittedReflectionSchema = defineEntity({
  name: "SubmittedReflection",
  tableName: "submitted_reflection",
  properties: {
    submissionId: p.string().primary(),
    criterion: p.string().primary(),
    text: p.string(),
    version: p.integer(),
  },
});

/** A reflection as it was when the school submitted. */
@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A reflection as it was when the school submitted." })
export class SubmittedReflection extends SubmittedReflectionSchema.class {
  @Field(() => String, { description: "The code of the criterion it is about." })
  declare criterion: string;

  @Field(() => String, { description: "What it said." })
  declare text: string;
}
SubmittedReflectionSchema.setClass(SubmittedReflection);
