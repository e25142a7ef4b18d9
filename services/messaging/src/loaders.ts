import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import { filesLoader } from "@psqm/files/file.loader";
import type { Viewer } from "@psqm/identity/viewer";
import type { Context } from "@psqm/subgraph/context";
import { acknowledgementsLoader } from "./acknowledgement/acknowledgement.loader.ts";
import { contactLoader } from "./contact/contact.loader.ts";
import { conversationLoader, conversationOfEnrolmentLoader } from "./conversation/conversation.loader.ts";
import { draftLoader } from "./draft/draft.loader.ts";
import { membersLoader } from "./member/member.loader.ts";
import { answerPageLoader, messageLoader, messagePageLoader, versionsLoader } from "./message/message.loader.ts";
import { participationLoader, receiptsLoader, unreadLoader } from "./participation/participation.loader.ts";
import type { MessagingResources } from "./resources.ts";
import { accessesLoader } from "./safety/safety.loader.ts";

export function messagingLoaders({ em, viewer, clock }: { em: SqlEntityManager; viewer: Viewer; clock: Clock }) {
  return {
    contact: contactLoader({ em, viewer, clock }),
    conversation: conversationLoader(em),
    conversationOfEnrolment: conversationOfEnrolmentLoader(em),
    message: messageLoader(em),
    messagePage: messagePageLoader(em),
    answerPage: answerPageLoader(em),
    versions: versionsLoader(em),
    files: filesLoader(em),
    acknowledgements: acknowledgementsLoader(em),
    accesses: accessesLoader(em),
    members: membersLoader(em),
    draft: draftLoader({ em, viewer }),
    participation: participationLoader({ em, viewer }),
    unread: unreadLoader({ em, viewer }),
    receipts: receiptsLoader({ em, viewer }),
  };
}

export type MessagingContext = Context<ReturnType<typeof messagingLoaders>, MessagingResources>;
