import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import type { Context } from "@psqm/subgraph/context";
import { conversationLoader, conversationOfEnrolmentLoader } from "./conversation/conversation.loader.ts";
import type { LiveMessages } from "./live/wake-up-calls.ts";
import { messageLoader, messagePageLoader } from "./message/message.loader.ts";
import { participationLoader, receiptsLoader, unreadLoader } from "./participation/participation.loader.ts";

export function messagingLoaders({ em, viewer }: { em: SqlEntityManager; viewer: Viewer }) {
  return {
    conversation: conversationLoader(em),
    conversationOfEnrolment: conversationOfEnrolmentLoader(em),
    message: messageLoader(em),
    messagePage: messagePageLoader(em),
    participation: participationLoader({ em, viewer }),
    unread: unreadLoader({ em, viewer }),
    receipts: receiptsLoader({ em, viewer }),
  };
}

export type MessagingContext = Context<ReturnType<typeof messagingLoaders>, LiveMessages>;
