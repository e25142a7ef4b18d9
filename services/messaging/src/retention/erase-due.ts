import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { StoredFile } from "@psqm/files/file";
import type { Files } from "@psqm/files/files";
import { Conversation } from "../conversation/conversation.ts";
import { announce } from "../live/announce.ts";
import { Message } from "../message/message.ts";
import { Concern } from "../safety/concern.ts";
import { dueAt } from "./retention.rules.ts";

const CONVERSATIONS = 100;
const MESSAGES = 200;

/**
 * Erases the words and files of messages whose time is over; their places stay. Nothing is erased of a conversation that is
 * on hold or frozen, or that somebody has reported a concern about which is still open. Two replicas that do it at once do
 * no harm: each conversation is behind its lock.
 * @returns how many messages were erased
 */
export async function eraseDue(caller: Caller, files: Pick<Files, "store">): Promise<number> {
  const { deletedBefore, sentBefore } = dueAt(caller.clock());
  let erased = 0;
  for (let more = true; more; ) {
    const rows = await caller.em.fork().execute<{ id: string }[]>(
      `select distinct conversation.id from message join conversation on conversation.id = conversation_id
       where erased_at is null and (deleted_at < ? or sent_at < ?) and held_at is null and frozen_at is null
         and not exists (select from concern where conversation_id = conversation.id and closed_at is null)
       limit ${CONVERSATIONS}`,
      [deletedBefore, sentBefore],
    );
    let inRound = 0;
    for (const { id } of rows) inRound += await eraseSome({ ...caller, em: caller.em.fork() }, files, id);
    erased += inRound;
    more = inRound > 0;
  }
  return erased;
}

/** At most so many of one conversation in one transaction, so that nobody waits long for its lock. */
function eraseSome(caller: Caller, files: Pick<Files, "store">, conversationId: string): Promise<number> {
  return transact(caller, "eraseDue", conversationId, async (tx) => {
    const { em, now } = tx;
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const conversation = await em.findOneOrFail(Conversation, { id: conversationId }, { lockMode });
    const worried = await em.count(Concern, { conversationId, closedAt: null });
    if (conversation.heldAt || conversation.frozenAt || worried > 0) return 0;
    const { deletedBefore, sentBefore } = dueAt(now);
    const due = await em.find(
      Message,
      { conversation, erasedAt: null, $or: [{ deletedAt: { $lt: deletedBefore } }, { sentAt: { $lt: sentBefore } }] },
      { orderBy: { sequence: "asc" }, limit: MESSAGES },
    );
    const ids = due.map(({ id }) => id);
    const attached = await em.find(StoredFile, { attachedTo: { $in: ids } });
    // Contents first: what the store did not let go of keeps its row, and is tried again.
    for (const { storageKey } of attached) if (storageKey) await files.store.remove(storageKey);
    em.remove(attached);
    await em.execute(
      "delete from message_version where message_id = any(array(select jsonb_array_elements_text(?::jsonb)))",
      [JSON.stringify(ids)],
    );
    for (const message of due) {
      message.text = "";
      message.erasedAt = now;
      message.changed();
    }
    announce(tx, due);
    return due.length;
  });
}
