import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";
import type { Role } from "@psqm/identity/viewer";

interface MembershipFact {
  membershipId: string;
  schoolId: string;
  personId: string;
  role: Role;
  on: Day;
}

/** Somebody belongs to a school from a day on; aggregate: the school. */
export const membershipStarted = eventType<MembershipFact>("school-membership.started");

/** Somebody belongs to a school no longer; aggregate: the school. */
export const membershipEnded = eventType<MembershipFact>("school-membership.ended");
