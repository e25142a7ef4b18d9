import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import type { TestSubgraph } from "@psqm/testing/test-subgraph";
import { Conversation } from "../conversation/conversation.ts";
import type { Message } from "../message/message.ts";
import { sendMessage } from "../message/send-message.ts";

/** A conversation of a new enrolment of the school in the hub; gives its id. */
export async function converse(
  service: TestSubgraph,
  { schoolId = "sch_wolds", hubId = "hub_humber" }: { schoolId?: string; hubId?: string } = {},
): Promise<string> {
  const em = service.database.em.fork();
  const id = newId("con");
  em.create(Conversation, { id, enrolmentId: newId("enr"), schoolId, hubId, startedAt: new Date() });
  await em.flush();
  return id;
}

/** Says something in a conversation, as one who takes part in it. */
export const say = (service: TestSubgraph, viewer: Viewer, conversationId: string, text: string): Promise<Message> =>
  sendMessage(service.caller(viewer), { conversationId, text, clientKey: newId("key") });

/** The code of the refusal of an answer, if it is one. */
export const codeOf = ({ errors }: { errors?: { extensions: { code: string } }[] }): string | undefined =>
  errors?.[0]?.extensions.code;
