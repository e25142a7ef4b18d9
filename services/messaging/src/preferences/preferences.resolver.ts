import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { Preferences } from "./preferences.ts";
import { showReading } from "./show-reading.ts";

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
}
