import type { Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** Why somebody may not review a submission. */
export type ConflictReason = "SAME_HUB" | "SCHOOL_MEMBER" | "NOT_A_HUB_LEADER";

export interface Appointment {
  hubId: string;
  role: string;
  startedOn: Day;
  /** The first day on which it no longer holds; null while it does. */
  endedOn: Day | null;
}

/** What ties a would-be reviewer to schools and hubs, past and present. */
export interface Relations {
  appointments: readonly Appointment[];
  /** Schools that they belong to or have belonged to. */
  schoolIds: readonly string[];
}

/** What a reviewer must be independent of. */
export interface UnderReview {
  schoolId: string;
  hubId: string;
  /** The day the school's year of assessment began. */
  openedOn: Day;
}

/**
 * "Submissions are reviewed by hub leaders of other hubs" (documents 000 and 001). Ours: whoever has led or mentored the
 * school's own hub at any time since its year began, or has ever belonged to the school, is not independent of it.
 * @param today London day of the asking
 * @returns null when there is no conflict
 */
export function reviewerConflict(relations: Relations, under: UnderReview, today: Day): ConflictReason | null {
  const { appointments, schoolIds } = relations;
  if (
    appointments.some(({ hubId, endedOn }) => hubId === under.hubId && (endedOn === null || endedOn > under.openedOn))
  ) {
    return "SAME_HUB";
  }
  if (schoolIds.includes(under.schoolId)) return "SCHOOL_MEMBER";
  const leadsAnother = appointments.some(
    ({ role, startedOn, endedOn }) =>
      role === "HUB_LEADER" && startedOn <= today && (endedOn === null || endedOn > today),
  );
  return leadsAnother ? null : "NOT_A_HUB_LEADER";
}

const why: Record<ConflictReason, string> = {
  SAME_HUB: "leads or mentors the school's own hub, or did so during its year",
  SCHOOL_MEMBER: "belongs to the school, or once did",
  NOT_A_HUB_LEADER: "leads no other hub today",
};

export class ReviewerConflict extends Refusal {
  constructor(reviewerId: string, reason: ConflictReason) {
    super(
      "REVIEWER_CONFLICT",
      `${reviewerId} cannot review this submission: this person ${why[reason]}. Reviews are for leaders of other hubs.`,
      { reason },
    );
  }
}

export class ReviewerAlreadyAssigned extends Refusal {
  constructor(reviewerId: string) {
    super("REVIEWER_ALREADY_ASSIGNED", `${reviewerId} already reviews this submission. Assign somebody else.`);
  }
}

export class ReviewAlreadyCompleted extends Refusal {
  constructor(completedAt: Date) {
    super(
      "REVIEW_ALREADY_COMPLETED",
      `You completed this review at ${completedAt.toISOString()}; a review is given once.`,
    );
  }
}

export class ReviewClosed extends Refusal {
  constructor() {
    super("REVIEW_CLOSED", "The programme team has decided on this submission; its review is closed.");
  }
}

export const LONGEST_COMMENT = 5_000;

/** A review's comment or a decision's feedback as it is kept, trimmed. @throws BadInput when empty or too long */
export function commentText(what: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw new BadInput(`${what} says something; this one is empty.`);
  if (trimmed.length > LONGEST_COMMENT) {
    throw new BadInput(`${what} has at most ${LONGEST_COMMENT} characters; this has ${trimmed.length}.`);
  }
  return trimmed;
}
