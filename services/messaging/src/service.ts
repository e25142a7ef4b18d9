import { on } from "@psqm/events/consumer";
import { StoredFileSchema } from "@psqm/files/file";
import { FileResolver } from "@psqm/files/file.resolver";
import { fileRoutes } from "@psqm/files/file.routes";
import { defineSubgraph } from "@psqm/subgraph/subgraph";
import { z } from "zod";
import { AcknowledgementResolver } from "./acknowledgement/acknowledgement.resolver.ts";
import { ActivityResolver } from "./activity/activity.resolver.ts";
import { archiveRoutes } from "./archive/archive.routes.ts";
import { ConversationResolver } from "./conversation/conversation.resolver.ts";
import { ConversationSchema } from "./conversation/conversation.ts";
import { moveConversation } from "./conversation/move-conversation.ts";
import { startConversation } from "./conversation/start-conversation.ts";
import { DraftResolver } from "./draft/draft.resolver.ts";
import { DraftSchema } from "./draft/draft.ts";
import { EncouragementResolver } from "./encouragement/encouragement.resolver.ts";
import { EnrolmentResolver } from "./enrolment/enrolment.resolver.ts";
import { mayReadFile } from "./file/may-read-file.ts";
import { MessageFileResolver, TranscriptFileResolver } from "./file/message-file.resolver.ts";
import { InboxResolver } from "./inbox/inbox.resolver.ts";
import { type MessagingContext, messagingLoaders } from "./loaders.ts";
import { joinHub, joinSchool, leaveHub, leaveSchool } from "./member/keep-members.ts";
import { MemberSchema } from "./member/member.ts";
import { MessageResolver, ThreadResolver } from "./message/message.resolver.ts";
import { MessageSchema } from "./message/message.ts";
import { migrations } from "./migrations.ts";
import { digests } from "./notification/digest.ts";
import { isOvertaken } from "./notification/send-digests.ts";
import { ParticipationResolver } from "./participation/participation.resolver.ts";
import { ParticipationSchema } from "./participation/participation.ts";
import { PreferencesResolver } from "./preferences/preferences.resolver.ts";
import { PreferencesSchema } from "./preferences/preferences.ts";
import { openMessaging } from "./resources.ts";
import { AccessSchema } from "./safety/access.ts";
import { ConcernSchema } from "./safety/concern.ts";
import { AccessResolver, SafetyResolver } from "./safety/safety.resolver.ts";
import { SearchResolver } from "./search/search.resolver.ts";

interface Key {
  id: string;
}

/** Messaging: what schools and their hubs say to each other. */
export const messaging = defineSubgraph({
  name: "messaging",
  port: 4105,
  entities: [
    ConversationSchema,
    MessageSchema,
    ParticipationSchema,
    PreferencesSchema,
    DraftSchema,
    MemberSchema,
    ConcernSchema,
    AccessSchema,
    StoredFileSchema,
  ],
  migrations,
  resolvers: [
    ConversationResolver,
    MessageResolver,
    ThreadResolver,
    AcknowledgementResolver,
    MessageFileResolver,
    TranscriptFileResolver,
    FileResolver,
    DraftResolver,
    InboxResolver,
    SearchResolver,
    ActivityResolver,
    ParticipationResolver,
    PreferencesResolver,
    SafetyResolver,
    AccessResolver,
    EncouragementResolver,
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
    on("programme", "enrolment.moved", z.object({ enrolmentId: z.string(), hubId: z.string() }), moveConversation),
    on(
      "people",
      "school-membership.started",
      z.object({ membershipId: z.string(), schoolId: z.string(), personId: z.string(), role: z.string() }),
      joinSchool,
    ),
    on("people", "school-membership.ended", z.object({ membershipId: z.string() }), leaveSchool),
    on(
      "people",
      "hub-appointment.started",
      z.object({ appointmentId: z.string(), hubId: z.string(), personId: z.string() }),
      joinHub,
    ),
    on("people", "hub-appointment.ended", z.object({ appointmentId: z.string() }), leaveHub),
  ],
  open: openMessaging,
  routes: (app, deps, resources) => {
    fileRoutes(app, deps, resources.files, mayReadFile(deps.clock));
    archiveRoutes(app, deps, resources);
  },
  mailTopics: [digests],
  isMailOvertaken: isOvertaken,
});
