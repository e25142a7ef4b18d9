import { eventType } from "@psqm/events/event";

/** Somebody is worried about a conversation. What the worry is stays here, and who has it. Aggregate: the conversation. */
export const concernReported = eventType<{
  concernId: string;
  conversationId: string;
  enrolmentId: string;
  schoolId: string;
  hubId: string;
  /** UTC, ISO 8601. */
  reportedAt: string;
}>("concern.reported");
