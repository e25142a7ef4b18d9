import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Query, Resolver, Root, Subscription } from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { followInbox, positionNow } from "./follow-inbox.ts";
import { inboxCursor } from "./inbox-cursor.rules.ts";
import { InboxEntry } from "./inbox-entry.ts";

@Resolver(() => InboxEntry)
export class InboxResolver {
  @Policed(conversationRoles)
  @Query(() => String, {
    description:
      "Where all of one's conversations stand now. Read it, then the conversations, then follow `inbox` after it: whatever was said in between comes.",
  })
  async inboxCursor(@Ctx() { em, viewer }: MessagingContext): Promise<string> {
    return inboxCursor(await positionNow(em, viewer));
  }

  @Policed(conversationRoles)
  @Subscription(() => InboxEntry, {
    description:
      "The messages of all of one's conversations after a cursor, each conversation in its order, without gap or repeat: first those that are there, then each as it comes.",
    subscribe: ({ args, context }) => followInbox(context as MessagingContext, args as { after?: string }),
  })
  inbox(
    @Root() entry: InboxEntry,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "The cursor of the last entry you have, or `inboxCursor`; empty for everything there is; left out: from now on.",
    })
    _after?: string,
  ): InboxEntry {
    return entry;
  }
}
