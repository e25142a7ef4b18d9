import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, InputType, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { digests } from "../notification/digest.ts";
import { type PushDevice, subscribeToPush, unsubscribeFromPush } from "../notification/subscribe-to-push.ts";
import { chooseNotifications, type NotificationWishes } from "./choose-notifications.ts";
import { Preferences } from "./preferences.ts";
import { showReading } from "./show-reading.ts";

@InputType({ description: "How and when you want to be told of messages that wait for you." })
class ChooseNotificationsInput implements NotificationWishes {
  @Field(() => Boolean, { nullable: true, description: "Whether by e-mail." })
  mails?: boolean | null;

  @Field(() => Int, { nullable: true, description: "After how many minutes unread, 5 to 1440." })
  mailAfterMinutes?: number | null;

  @Field(() => String, { nullable: true, description: "From when on not: a time of day in London, HH:MM." })
  quietFrom?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Until when not: a time of day in London, HH:MM. The same as `quietFrom`: at any hour.",
  })
  quietUntil?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Whether also on weekends, bank holidays and school holidays." })
  onRestDays?: boolean | null;
}

@InputType({ description: "A browser's subscription: `PushSubscription.toJSON()` of the Push API." })
class SubscribeToPushInput implements PushDevice {
  @Field(() => String, { description: "The address that its push service gave." })
  endpoint!: string;

  @Field(() => String, { description: "Its public key, base64url: `keys.p256dh`." })
  p256dh!: string;

  @Field(() => String, { description: "Its secret, base64url: `keys.auth`." })
  auth!: string;
}

@Resolver(() => Preferences)
export class PreferencesResolver {
  @Policed(conversationRoles)
  @Query(() => Preferences, { description: "How you want your messages." })
  async messagingPreferences(@Ctx() { em, viewer }: MessagingContext): Promise<Preferences> {
    const personId = viewer.personId ?? "";
    return (await em.findOne(Preferences, { personId })) ?? em.create(Preferences, { personId }, { persist: false });
  }

  @Policed(conversationRoles)
  @Mutation(() => Preferences, { description: "Says whether others see how far you have read." })
  showReading(
    @Arg("shown", () => Boolean, { description: "Whether they see it." }) shown: boolean,
    @Ctx() context: MessagingContext,
  ): Promise<Preferences> {
    return showReading(context, shown);
  }

  @FieldResolver(() => Boolean, {
    description:
      "Whether e-mails tell you of messages that you have not read. False too after the link in one of them.",
  })
  async mails(@Root() { personId, mailsDigest }: Preferences, @Ctx() { em }: MessagingContext): Promise<boolean> {
    if (!mailsDigest) return false;
    const [no] = await em.execute(
      `select 1 from mail_opt_out join preferences on mail_recipient = recipient where person_id = ? and topic = ?`,
      [personId, digests.name],
    );
    return no === undefined;
  }

  @FieldResolver(() => String, {
    description: "The key with which a browser subscribes: `applicationServerKey` of `pushManager.subscribe`.",
  })
  pushKey(@Ctx() { resources }: MessagingContext): string {
    return resources.push.publicKey;
  }

  @FieldResolver(() => Int, { description: "How many of your devices are told of messages." })
  async pushDevices(@Root() { personId }: Preferences, @Ctx() { em }: MessagingContext): Promise<number> {
    const [row] = await em.execute<{ devices: number }[]>(
      "select count(*)::int as devices from push_device where person_id = ?",
      [personId],
    );
    return row?.devices ?? 0;
  }

  @Policed(conversationRoles)
  @Mutation(() => Preferences, {
    description:
      "Has a device of yours told of messages that none of your devices has fetched: how many there are, and nothing of them.",
  })
  subscribeToPush(
    @Arg("input", () => SubscribeToPushInput, { description: "What the browser gave." }) input: SubscribeToPushInput,
    @Ctx() context: MessagingContext,
  ): Promise<Preferences> {
    return subscribeToPush(context, input, context.resources.push.services);
  }

  @Policed(conversationRoles)
  @Mutation(() => Preferences, { description: "Has a device of yours told of nothing more." })
  unsubscribeFromPush(
    @Arg("endpoint", () => String, { description: "The endpoint that it was subscribed with." }) endpoint: string,
    @Ctx() context: MessagingContext,
  ): Promise<Preferences> {
    return unsubscribeFromPush(context, endpoint);
  }

  @Policed(conversationRoles)
  @Mutation(() => Preferences, { description: "Says how and when you are told of messages that wait for you." })
  chooseNotifications(
    @Arg("input", () => ChooseNotificationsInput, { description: "What to change; what is left out stays." })
    input: ChooseNotificationsInput,
    @Ctx() context: MessagingContext,
  ): Promise<Preferences> {
    return chooseNotifications(context, input);
  }
}
