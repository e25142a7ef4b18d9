import { Unauthenticated } from "@psqm/refusal/refusal";
import { Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Ctx, ID, Mutation, Resolver, Root, Subscription } from "type-graphql";
import { conversationMembers, conversationRoles } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingContext } from "../loaders.ts";
import { Activity } from "./activity.ts";
import { followActivity } from "./follow-activity.ts";

@Resolver(() => Activity)
export class ActivityResolver {
  @Policed(conversationRoles)
  @Mutation(() => Conversation, {
    description: "Tells those who are there that you are typing; it runs out by itself after some seconds.",
  })
  async signalTyping(
    @Arg("conversationId", () => ID, { description: "The conversation that you are typing in." }) id: string,
    @Arg("typing", () => Boolean, { defaultValue: true, description: "False when you have stopped." }) typing: boolean,
    @Ctx() { viewer, loaders, resources }: MessagingContext,
  ): Promise<Conversation> {
    if (viewer.personId === null) throw new Unauthenticated();
    const found = await loaders.conversation.load(id);
    const conversation = requireSeen(conversationMembers, viewer, found, "conversation", id);
    await resources.activity.type(id, viewer.personId, typing);
    return conversation;
  }

  @Policed(conversationRoles)
  @Subscription(() => Activity, {
    description:
      "Who types and who is there, and the receipts: as it is now, and again whenever it changes. Nothing is caught up on.",
    subscribe: ({ args, context }) => followActivity(context as MessagingContext, args as { conversationId: string }),
  })
  activity(
    @Root() activity: Activity,
    @Arg("conversationId", () => ID, { description: "The conversation to watch." }) _conversationId: string,
  ): Activity {
    return activity;
  }
}
