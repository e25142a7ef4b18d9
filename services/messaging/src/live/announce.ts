import type { Transaction } from "@psqm/events/transact";
import type { Conversation } from "../conversation/conversation.ts";
import { MESSAGES_CHANNEL } from "./wake-up-calls.ts";

/** Wakes whoever follows the conversation, alone or among all of theirs. Heard at the commit, never before. */
export async function announce({ em }: Transaction, { id, schoolId, hubId }: Conversation): Promise<void> {
  await em.execute("select pg_notify(?, ?)", [MESSAGES_CHANNEL, `${id} ${schoolId} ${hubId}`]);
}
