import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { Draft } from "./draft.ts";

/** The viewer's own draft of each conversation, or null. */
export function draftLoader({
  em,
  viewer,
}: {
  em: SqlEntityManager;
  viewer: Viewer;
}): DataLoader<string, Draft | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Draft, { conversationId: { $in: [...ids] }, personId: viewer.personId ?? "" });
    const byConversation = new Map(found.map((draft) => [draft.conversationId, draft]));
    return ids.map((id) => byConversation.get(id) ?? null);
  });
}
