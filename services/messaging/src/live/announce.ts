import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { topicsOf } from "../conversation/conversation.policy.ts";
import type { Message } from "../message/message.ts";
import { LOOK, MESSAGES_CHANNEL } from "./message-feed.ts";

// PostgreSQL takes 7,999 bytes at most.
const LONGEST_PAYLOAD = 7_500;

/**
 * Wakes whoever follows the conversations of messages that are new or have changed. Heard at the commit, never before.
 * A line for each message: its id, then the topics of its conversation.
 */
export async function announce(em: SqlEntityManager, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const payloads: string[] = [];
  for (const { id, conversation } of messages) {
    const line = [id, ...topicsOf(conversation)].join(" ");
    const last = payloads.at(-1);
    if (last !== undefined && last.length + line.length < LONGEST_PAYLOAD)
      payloads[payloads.length - 1] = `${last}\n${line}`;
    else payloads.push(line);
  }
  await notify(em, payloads);
}

/** Makes those look again who followed a conversation under its topics before, or follow it under those that it has now. */
export async function announceMove(em: SqlEntityManager, topics: readonly string[]): Promise<void> {
  await notify(em, [[LOOK, ...new Set(topics)].join(" ")]);
}

async function notify(em: SqlEntityManager, payloads: readonly string[]): Promise<void> {
  await em.execute("select pg_notify(?, payload) from jsonb_array_elements_text(?::jsonb) as payload", [
    MESSAGES_CHANNEL,
    JSON.stringify(payloads),
  ]);
}
