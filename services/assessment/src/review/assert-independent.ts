import type { Transaction } from "@psqm/events/transact";
import { HubAppointment, SchoolMembership } from "../relation/relation.ts";
import { ReviewerConflict, reviewerConflict, type UnderReview } from "./review.rules.ts";

/** @throws ReviewerConflict naming why, when the person may not review this school's submission today */
export async function assertIndependent(
  { em, today }: Transaction,
  reviewerId: string,
  under: UnderReview,
): Promise<void> {
  const appointments = await em.find(HubAppointment, { personId: reviewerId });
  const memberships = await em.find(SchoolMembership, { personId: reviewerId });
  const reason = reviewerConflict(
    {
      appointments: appointments.map((held) => ({ ...held, endedOn: held.endedOn ?? null })),
      schoolIds: memberships.map(({ schoolId }) => schoolId),
    },
    under,
    today,
  );
  if (reason) throw new ReviewerConflict(reviewerId, reason);
}
