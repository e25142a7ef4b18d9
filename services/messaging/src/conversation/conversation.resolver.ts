import { BadInput } from "@psqm/refusal/refusal";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, ID, Query, Resolver } from "type-graphql";
import type { MessagingContext } from "../loaders.ts";
import { conversationMembers, conversationRoles, visibleConversations } from "./conversation.policy.ts";
import { Conversation } from "./conversation.ts";

const ConversationConnection = connectionOf<Conversation>("Conversation", () => Conversation);

@Resolver(() => Conversation)
export class ConversationResolver {
  @Policed(conversationRoles)
  @Query(() => Conversation, {
    nullable: true,
    description: "One conversation, by its id or by that of its enrolment.",
  })
  async conversation(
    @Arg("id", () => ID, { nullable: true, description: "The conversation's id." }) id: string | undefined,
    @Arg("enrolmentId", () => ID, { nullable: true, description: "The enrolment's id, instead." })
    enrolmentId: string | undefined,
    @Ctx() { loaders, viewer }: MessagingContext,
  ): Promise<Conversation> {
    if (id && !enrolmentId) {
      return requireSeen(conversationMembers, viewer, await loaders.conversation.load(id), "conversation", id);
    }
    if (enrolmentId && !id) {
      const found = await loaders.conversationOfEnrolment.load(enrolmentId);
      return requireSeen(conversationMembers, viewer, found, "conversation of enrolment", enrolmentId);
    }
    throw new BadInput("Ask for a conversation by `id` or by `enrolmentId`: one of the two.");
  }

  @Policed(conversationRoles)
  @Query(() => ConversationConnection, { description: "One's conversations, the newest enrolment first." })
  conversations(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: MessagingContext) {
    return paginate(em, Conversation, visibleConversations(viewer), page, { id: "desc" });
  }
}
