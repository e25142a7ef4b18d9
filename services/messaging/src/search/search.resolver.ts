import { type Connection, connectionOf, PageArgs } from "@psqm/subgraph/connection";
import { Policed } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { SearchHit } from "./search-hit.ts";
import { searchMessages } from "./search-messages.ts";

const SearchHitConnection = connectionOf<SearchHit>("SearchHit", () => SearchHit);

@Resolver()
export class SearchResolver {
  @Policed(conversationRoles)
  @Query(() => SearchHitConnection, {
    description: "Messages of your own conversations that say certain words, the newest first.",
  })
  searchMessages(
    @Arg("words", () => String, {
      description: 'Up to 200 characters. Word forms count as one; "quoted words" stand together, a minus leaves out.',
    })
    words: string,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() context: MessagingContext,
  ): Promise<Connection<SearchHit>> {
    return searchMessages(context, { words, first, after });
  }
}
