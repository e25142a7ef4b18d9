import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Context } from "@psqm/subgraph/context";
import { conversationLoader, conversationOfEnrolmentLoader } from "./conversation/conversation.loader.ts";
import type { LiveMessages } from "./live/wake-up-calls.ts";
import { messageLoader, messagePageLoader } from "./message/message.loader.ts";

export function messagingLoaders({ em }: { em: SqlEntityManager }) {
  return {
    conversation: conversationLoader(em),
    conversationOfEnrolment: conversationOfEnrolmentLoader(em),
    message: messageLoader(em),
    messagePage: messagePageLoader(em),
  };
}

export type MessagingContext = Context<ReturnType<typeof messagingLoaders>, LiveMessages>;
