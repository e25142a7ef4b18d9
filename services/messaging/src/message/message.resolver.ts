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
import { Person } from "../person/person.ts";
import { deleteMessage } from "./delete-message.ts";
import { editMessage } from "./edit-message.ts";
import { followMessages } from "./follow-messages.ts";
import { Message } from "./message.ts";
import { MessageVersion } from "./message-version.ts";
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

  @Field(() => ID, {
    nullable: true,
    description: "The message that it answers, in its thread: one of the same conversation.",
  })
  answerTo?: string;

  @Field(() => ID, { nullable: true, description: "The message that it quotes: one of the same conversation." })
  quote?: string;

  @Field(() => [ID], { nullable: true, description: "Whom it mentions: people who take part, twenty at most." })
  mentions?: string[];

  @Field(() => [ID], {
    nullable: true,
    description: "Files that go with it: your own, put for this conversation and clean, ten at most.",
  })
  files?: string[];

  @Field(() => Boolean, { defaultValue: false, description: "Whether the others are asked to acknowledge it." })
  asksAcknowledgement!: boolean;
}

@InputType({ description: "A correction of one's own message." })
export class EditMessageInput {
  @Field(() => ID, { description: "The message." })
  messageId!: string;

  @Field(() => String, { description: "What it says from now on: plain text of 1 to 10,000 characters." })
  text!: string;

  @Field(() => Int, { description: "The version that you correct." })
  version!: number;
}

@Resolver(() => Conversation)
export class MessageResolver {
  @FieldResolver(() => MessageConnection, {
    description: "Its messages in order. A cursor is the message's sequence.",
  })
  messages(
    @Root() { id: conversationId }: Conversation,
    @Arg("first", () => Int, { defaultValue: 20, description: "How many to give, 1 to 100." }) first: number,
    @Arg("after", () => Int, {
      nullable: true,
      description: "The sequence after which to go on; from the first when left out.",
    })
    given: number | null | undefined,
    @Ctx() { loaders }: MessagingContext,
  ): Promise<Connection<Message>> {
    return messagePage(loaders.messagePage, conversationId, first, given);
  }

  @FieldResolver(() => [Person], { description: "Who takes part in it now." })
  members(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<Person[]> {
    return loaders.members.load(id);
  }

  @Policed(conversationRoles)
  @Mutation(() => Message, { description: "Sends a message to the others of a conversation." })
  sendMessage(
    @Arg("input", () => SendMessageInput, { description: "What to send, and where." }) input: SendMessageInput,
    @Ctx() context: MessagingContext,
  ): Promise<Message> {
    return sendMessage(context, input, context.resources.together.commit);
  }

  @Policed(conversationRoles)
  @Mutation(() => Message, {
    description: "Corrects a message of your own within 15 minutes. What it said before stays in `versions`.",
  })
  editMessage(
    @Arg("input", () => EditMessageInput, { description: "What it says from now on." }) input: EditMessageInput,
    @Ctx() context: MessagingContext,
  ): Promise<Message> {
    return editMessage(context, input);
  }

  @Policed(conversationRoles)
  @Mutation(() => Message, {
    description: "Deletes a message of your own: its words are gone, its place and that it was deleted stay.",
  })
  deleteMessage(
    @Arg("messageId", () => ID, { description: "The message." }) messageId: string,
    @Ctx() context: MessagingContext,
  ): Promise<Message> {
    return deleteMessage(context, messageId);
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

@Resolver(() => Message)
export class ThreadResolver {
  @FieldResolver(() => Message, {
    nullable: true,
    description: "The message that began the thread which this one is an answer in.",
  })
  thread(@Root() { threadId }: Message, @Ctx() { loaders }: MessagingContext): Promise<Message | null> | null {
    return threadId ? loaders.message.load(threadId) : null;
  }

  @FieldResolver(() => Message, { nullable: true, description: "The message that it quotes, as it is now." })
  quoted(@Root() { quotedId }: Message, @Ctx() { loaders }: MessagingContext): Promise<Message | null> | null {
    return quotedId ? loaders.message.load(quotedId) : null;
  }

  @FieldResolver(() => MessageConnection, {
    description: "The answers in the thread that it begins, in order. A cursor is the message's sequence.",
  })
  answers(
    @Root() { id }: Message,
    @Arg("first", () => Int, { defaultValue: 20, description: "How many to give, 1 to 100." }) first: number,
    @Arg("after", () => Int, { nullable: true, description: "The sequence after which to go on." })
    after: number | null | undefined,
    @Ctx() { loaders }: MessagingContext,
  ): Promise<Connection<Message>> {
    return messagePage(loaders.answerPage, id, first, after);
  }

  @FieldResolver(() => [MessageVersion], {
    description: "What it said before it was corrected, the oldest first; nothing once it was deleted.",
  })
  versions(@Root() { id }: Message, @Ctx() { loaders }: MessagingContext): Promise<MessageVersion[]> {
    return loaders.versions.load(id);
  }
}

async function messagePage(
  pages: MessagingContext["loaders"]["messagePage"],
  id: string,
  first: number,
  given: number | null | undefined,
): Promise<Connection<Message>> {
  const size = pageSize(first);
  const after = given ?? 0;
  if (after < 0) throw new BadInput(`\`after\` is a sequence, 0 or more; this is ${after}.`);
  const found = await pages.load({ id, after, limit: size + 1 });
  const edges = found.slice(0, size).map((node) => ({ node, cursor: String(node.sequence) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: found.length > size, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

type FollowArgs = Parameters<typeof followMessages>[1];
