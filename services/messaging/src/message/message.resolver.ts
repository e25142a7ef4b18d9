import { BadInput } from "@psqm/refusal/refusal";
import { type Connection, connectionOf, pageSize } from "@psqm/subgraph/connection";
import { Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingContext } from "../loaders.ts";
import { followMessages } from "./follow-messages.ts";
import { Message } from "./message.ts";
import { sendMessage } from "./send-message.ts";

const MessageConnection = connectionOf<Message>("Message", () => Message);

@InputType({ description: "A message to send." })
export class SendMessageInput {
  @Field(() => ID, { description: "The conversation that it goes to." })
  conversationId!: string;

  @Field(() => String, { description: "Plain text of 1 to 10,000 characters; white space at its ends is taken off." })
  text!: string;

  @Field(() => String, {
    description:
      "Your own name for it, 1 to 200 characters, such as a UUID: sent again under it, it stays one message.",
  })
  clientKey!: string;
}

@Resolver(() => Conversation)
export class MessageResolver {
  @FieldResolver(() => MessageConnection, {
    description: "Its messages in order. A cursor is the message's sequence.",
  })
  async messages(
    @Root() { id: conversationId }: Conversation,
    @Arg("first", () => Int, { defaultValue: 20, description: "How many to give, 1 to 100." }) first: number,
    @Arg("after", () => Int, {
      nullable: true,
      description: "The sequence after which to go on; from the first when left out.",
    })
    given: number | null | undefined,
    @Ctx() { loaders }: MessagingContext,
  ): Promise<Connection<Message>> {
    const size = pageSize(first);
    const after = given ?? 0;
    if (after < 0) throw new BadInput(`\`after\` is a sequence, 0 or more; this is ${after}.`);
    const found = await loaders.messagePage.load({ conversationId, after, limit: size + 1 });
    const edges = found.slice(0, size).map((node) => ({ node, cursor: String(node.sequence) }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: { hasNextPage: found.length > size, endCursor: edges.at(-1)?.cursor ?? null },
    };
  }

  @Policed(conversationRoles)
  @Mutation(() => Message, { description: "Sends a message to the others of a conversation." })
  sendMessage(
    @Arg("input", () => SendMessageInput, { description: "What to send, and where." }) input: SendMessageInput,
    @Ctx() context: MessagingContext,
  ): Promise<Message> {
    return sendMessage(context, input);
  }

  @Policed(conversationRoles)
  @Subscription(() => Message, {
    description:
      "The messages of a conversation after the last that you have, in order, without gap or repeat: first those that are there, then each as it comes.",
    subscribe: ({ args, context }) => followMessages(context as MessagingContext, args as FollowArgs),
  })
  messageReceived(
    @Root() message: Message,
    @Arg("conversationId", () => ID, { description: "The conversation to follow." }) _conversationId: string,
    @Arg("after", () => Int, {
      nullable: true,
      description: "The sequence of the last message you have, 0 for none; left out: from now on.",
    })
    _after?: number,
  ): Message {
    return message;
  }
}

type FollowArgs = Parameters<typeof followMessages>[1];
