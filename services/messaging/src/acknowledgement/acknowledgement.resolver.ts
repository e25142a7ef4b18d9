import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { Message } from "../message/message.ts";
import { acknowledgeMessage } from "./acknowledge-message.ts";
import { Acknowledgement } from "./acknowledgement.ts";

@Resolver(() => Message)
export class AcknowledgementResolver {
  @FieldResolver(() => [Acknowledgement], {
    description:
      "Who has taken note of it, if it asks for that; the first first. `Conversation.members` says who has not.",
  })
  acknowledgements(
    @Root() { id, asksAcknowledgement }: Message,
    @Ctx() { loaders }: MessagingContext,
  ): Promise<Acknowledgement[]> | [] {
    return asksAcknowledgement ? loaders.acknowledgements.load(id) : [];
  }

  @Policed(conversationRoles)
  @Mutation(() => Message, { description: "Takes note of a message that asks for it: everybody sees that you have." })
  acknowledgeMessage(
    @Arg("messageId", () => ID, { description: "The message." }) messageId: string,
    @Ctx() context: MessagingContext,
  ): Promise<Message> {
    return acknowledgeMessage(context, messageId);
  }
}
