import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { Conversation } from "./conversation.ts";

/** Conversations by id, or null; who may see them is for the policy of the type. */
export function conversationLoader(em: EntityManager): DataLoader<string, Conversation | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Conversation, { id: { $in: [...ids] } });
    const byId = new Map(found.map((conversation) => [conversation.id, conversation]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** The conversation of an enrolment, or null. */
export function conversationOfEnrolmentLoader(em: EntityManager): DataLoader<string, Conversation | null> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await em.find(Conversation, { enrolmentId: { $in: [...enrolmentIds] } });
    const byEnrolment = new Map(found.map((conversation) => [conversation.enrolmentId, conversation]));
    return enrolmentIds.map((id) => byEnrolment.get(id) ?? null);
  });
}
