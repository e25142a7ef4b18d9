import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { PinnedRules } from "../rule-version/rule-version.rules.ts";

/** Aggregate of all three: the enrolment. Finance bills on this one, with the rules that its round has pinned. */
export const enrolmentConfirmed = eventType<{
  enrolmentId: string;
  schoolId: string;
  schoolName: string;
  urn: string;
  localAuthority: string;
  pupils: number | null;
  hubId: string;
  roundId: string;
  roundNumber: number;
  rules: PinnedRules;
  confirmedOn: Day;
}>("enrolment.confirmed");

/** The school has its place and its subject leader: its year begins. */
export const enrolmentActivated = eventType<{
  enrolmentId: string;
  schoolId: string;
  hubId: string;
  subjectLeaderId: string;
}>("enrolment.activated");

export const enrolmentWithdrawn = eventType<{
  enrolmentId: string;
  schoolId: string;
  hubId: string | null;
  withdrawnOn: Day;
}>("enrolment.withdrawn");
