import { eventType } from "@psqm/events/event";

/** A message was sent. What it says stays here. Aggregate: the conversation. */
export const messageSent = eventType<{
  messageId: string;
  conversationId: string;
  enrolmentId: string;
  schoolId: string;
  hubId: string;
  sequence: number;
  senderId: string;
  /** UTC, ISO 8601. */
  sentAt: string;
}>("message.sent");
