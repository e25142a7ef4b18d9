import { hasRole, Role } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { type SchoolAndHub, seesAssessment } from "../assessment/assessment.policy.ts";

/** A submission with those who review it. */
export interface Reviewed extends SchoolAndHub {
  reviewerIds: string[];
}

/** A reviewer sees what was submitted for as long as they are a hub leader, and nothing else of the school. */
export const seesSubmission: Policy<Reviewed> = {
  name: "submission-visible",
  who: `${seesAssessment.who}, and its reviewers`,
  allows: (viewer, submission) =>
    seesAssessment.allows(viewer, submission) ||
    (hasRole(viewer, Role.HubLeader) && submission.reviewerIds.some((id) => id === viewer.personId)),
};
