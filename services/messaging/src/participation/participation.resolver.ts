import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, FieldResolver, GraphQLISODateTime, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { conversationRoles, visibleConversations } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingContext } from "../loaders.ts";
import { markDelivered, markRead } from "./mark-reading.ts";
import { muteConversation, unmuteConversation } from "./mute-conversation.ts";
import { isMuted, MOST_PINS } from "./participation.rules.ts";
import { Participation } from "./participation.ts";
import { pinConversation, unpinConversation } from "./pin-conversation.ts";
import { Receipt } from "./receipt.ts";

const itsId = { description: "The conversation's id." };

@Resolver(() => Conversation)
export class ParticipationResolver {
  @FieldResolver(() => Int, { description: "How many messages of others in it you have not read." })
  unreadCount(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<number> {
    return loaders.unread.load(id);
  }

  @FieldResolver(() => Int, { description: "The last sequence that you have read; 0 for none." })
  async readUpTo(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<number> {
    return (await loaders.participation.load(id))?.readSequence ?? 0;
  }

  @FieldResolver(() => GraphQLISODateTime, {
    nullable: true,
    description: "Until when you want to hear nothing of it (UTC); null when you want to.",
  })
  async mutedUntil(@Root() { id }: Conversation, @Ctx() { loaders, clock }: MessagingContext): Promise<Date | null> {
    const until = (await loaders.participation.load(id))?.mutedUntil ?? null;
    return isMuted(until, clock()) ? until : null;
  }

  @FieldResolver(() => Boolean, { description: "Whether you have pinned it." })
  async pinned(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<boolean> {
    return Boolean((await loaders.participation.load(id))?.pinnedAt);
  }

  @FieldResolver(() => [Receipt], { description: "How far each of the others has come who has ever received it." })
  receipts(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<Receipt[]> {
    return loaders.receipts.load(id);
  }

  @Policed(conversationRoles)
  @Query(() => [Conversation], {
    description: "The conversations that you have pinned, at most twenty, the last pinned first.",
  })
  async pinnedConversations(@Ctx() { em, viewer }: MessagingContext): Promise<Conversation[]> {
    const pins = await em.find(
      Participation,
      { personId: viewer.personId ?? "", pinnedAt: { $ne: null } },
      { orderBy: { pinnedAt: "desc" }, limit: MOST_PINS },
    );
    const ids = pins.map(({ conversationId }) => conversationId);
    // Pinned once is not seen for ever: a conversation may have passed to another hub since.
    const found = await em.find(Conversation, { $and: [{ id: { $in: ids } }, visibleConversations(viewer)] });
    return found.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, {
    description: "You have read everything up to a sequence. To say less than before changes nothing.",
  })
  markRead(
    @Arg("conversationId", () => ID, itsId) conversationId: string,
    @Arg("upTo", () => Int, { description: "The last sequence that you have read." }) upTo: number,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return markRead(context, { conversationId, upTo });
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, {
    description: "A device of yours has everything up to a sequence. To say less than before changes nothing.",
  })
  markDelivered(
    @Arg("conversationId", () => ID, itsId) conversationId: string,
    @Arg("upTo", () => Int, { description: "The last sequence that it has." }) upTo: number,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return markDelivered(context, { conversationId, upTo });
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, { description: "You want to hear nothing of it until an instant." })
  muteConversation(
    @Arg("conversationId", () => ID, itsId) conversationId: string,
    @Arg("until", () => GraphQLISODateTime, { description: "An instant to come (UTC)." }) until: Date,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return muteConversation(context, conversationId, until);
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, { description: "You want to hear of it again." })
  unmuteConversation(
    @Arg("conversationId", () => ID, itsId) conversationId: string,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return unmuteConversation(context, conversationId);
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, { description: "Puts it among your pinned ones, of which there are twenty at most." })
  pinConversation(
    @Arg("conversationId", () => ID, itsId) conversationId: string,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return pinConversation(context, conversationId);
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, { description: "Takes it from your pinned ones." })
  unpinConversation(
    @Arg("conversationId", () => ID, itsId) conversationId: string,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return unpinConversation(context, conversationId);
  }
}
