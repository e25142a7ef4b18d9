import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { PinnedRules } from "../rule-version/rule-version.rules.ts";

/** Aggregate of all of them: the enrolment. Finance bills on this one, with the rules that its round has pinned. */
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
  /** Whether the round had begun decides what the school still owes. */
  roundStartsOn: Day;
}>("enrolment.withdrawn");

/** The school has left this round for a later one, where it waits for a place in a new enrolment. */
export const enrolmentDeferred = eventType<{
  enrolmentId: string;
  schoolId: string;
  hubId: string | null;
  deferredOn: Day;
  roundStartsOn: Day;
  toEnrolmentId: string;
  toRoundId: string;
}>("enrolment.deferred");

/** The school, whose place was confirmed, goes on in another hub. */
export const enrolmentMoved = eventType<{
  enrolmentId: string;
  schoolId: string;
  fromHubId: string;
  hubId: string;
  movedOn: Day;
}>("enrolment.moved");
