import type { FilterQuery } from "@mikro-orm/core";
import { hasRole, isMemberOf, Role, schoolIds, supportedHubIds, supportsHub, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import type { SchoolAndHub } from "../assessment/assessment.policy.ts";

/** What of a review decides who may see it. */
export interface ReviewFacts extends SchoolAndHub {
  reviewerId: string;
  completedAt?: Date | null;
  /** Whether the programme team has decided on the submission. */
  decided: boolean;
}

/**
 * Reviewers judge alone: each sees their own review. The school and its hub see completed reviews once the decision is
 * made, never before, lest a recommendation be taken for it.
 */
export const seesReview: Policy<ReviewFacts> = {
  name: "review-visible",
  who: "the programme team, its reviewer and, after the decision, the school's people and its hub",
  allows: (viewer, review) =>
    hasRole(viewer, Role.ProgrammeTeam) ||
    isReviewer(viewer, review) ||
    (review.decided &&
      Boolean(review.completedAt) &&
      (isMemberOf(viewer, review.schoolId) || supportsHub(viewer, review.hubId))),
};

/** {@link seesReview} for SQL. */
export function visibleReviews(viewer: Viewer): FilterQuery<ReviewFacts> {
  if (hasRole(viewer, Role.ProgrammeTeam)) return {};
  const ofTheirs = { $or: [{ schoolId: { $in: schoolIds(viewer) } }, { hubId: { $in: supportedHubIds(viewer) } }] };
  return {
    $or: [
      ...(hasRole(viewer, Role.HubLeader) && viewer.personId ? [{ reviewerId: viewer.personId }] : []),
      { decided: true, completedAt: { $ne: null }, ...ofTheirs },
    ],
  };
}

/** Hidden from the school and its hub, so that a reviewer can be frank. */
export const seesReviewer: Policy<ReviewFacts> = {
  name: "reviewer-identity",
  who: "the programme team and that reviewer",
  allows: (viewer, review) => hasRole(viewer, Role.ProgrammeTeam) || isReviewer(viewer, review),
};

function isReviewer(viewer: Viewer, { reviewerId }: ReviewFacts): boolean {
  return hasRole(viewer, Role.HubLeader) && viewer.personId === reviewerId;
}
