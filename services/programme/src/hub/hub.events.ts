import { eventType } from "@psqm/events/event";

/** Aggregate: the hub. People starts the leader's appointment. */
export const hubCreated = eventType<{ hubId: string; name: string; leaderId: string }>("hub.created");
