import { on } from "@psqm/events/consumer";
import { defineSubgraph } from "@psqm/subgraph/subgraph";
import { z } from "zod";
import { ConversationResolver } from "./conversation/conversation.resolver.ts";
import { ConversationSchema } from "./conversation/conversation.ts";
import { startConversation } from "./conversation/start-conversation.ts";
import { EnrolmentResolver } from "./enrolment/enrolment.resolver.ts";
import { InboxResolver } from "./inbox/inbox.resolver.ts";
import { openLiveMessages } from "./live/wake-up-calls.ts";
import { type MessagingContext, messagingLoaders } from "./loaders.ts";
import { MessageResolver } from "./message/message.resolver.ts";
import { MessageSchema } from "./message/message.ts";
import { migrations } from "./migrations.ts";
import { ParticipationResolver } from "./participation/participation.resolver.ts";
import { ParticipationSchema } from "./participation/participation.ts";
import { PreferencesResolver } from "./preferences/preferences.resolver.ts";
import { PreferencesSchema } from "./preferences/preferences.ts";

interface Key {
  id: string;
}

/** Messaging: what schools and their hubs say to each other. */
export const messaging = defineSubgraph({
  name: "messaging",
  port: 4105,
  entities: [ConversationSchema, MessageSchema, ParticipationSchema, PreferencesSchema],
  migrations,
  resolvers: [
    ConversationResolver,
    MessageResolver,
    InboxResolver,
    ParticipationResolver,
    PreferencesResolver,
    EnrolmentResolver,
  ],
  references: {
    Conversation: ({ id }: Key, { loaders }: MessagingContext) => loaders.conversation.load(id),
    Message: ({ id }: Key, { loaders }: MessagingContext) => loaders.message.load(id),
    Enrolment: ({ id }: Key) => ({ id }),
  },
  loaders: messagingLoaders,
  handlers: [
    on(
      "programme",
      "enrolment.confirmed",
      z.object({ enrolmentId: z.string(), schoolId: z.string(), hubId: z.string() }),
      startConversation,
    ),
  ],
  open: async (deps) => openLiveMessages(deps),
});
