import type { Transaction } from "@psqm/events/transact";
import { topicsOf } from "../conversation/conversation.policy.ts";
import type { Message } from "../message/message.ts";
import { LOOK, MESSAGES_CHANNEL } from "./message-feed.ts";

// PostgreSQL takes 7,999 bytes at most.
const LONGEST_PAYLOAD = 7_500;

type Signalling = Pick<Transaction, "signal">;

/**
 * Wakes whoever follows the conversations of messages that are new or have changed. A line for each message: its id, then
 * the topics of its conversation.
 */
export function announce({ signal }: Signalling, messages: readonly Message[]): void {
  let lines = "";
  for (const { id, conversation } of messages) {
    const line = [id, ...topicsOf(conversation)].join(" ");
    if (lines.length + line.length > LONGEST_PAYLOAD) {
      signal(MESSAGES_CHANNEL, lines);
      lines = "";
    }
    lines += lines === "" ? line : `\n${line}`;
  }
  if (lines !== "") signal(MESSAGES_CHANNEL, lines);
}

/** Makes those look again who followed a conversation under its topics before, or follow it under those that it has now. */
export function announceMove({ signal }: Signalling, topics: readonly string[]): void {
  signal(MESSAGES_CHANNEL, [LOOK, ...new Set(topics)].join(" "));
}
