import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingContext } from "../loaders.ts";
import { Draft } from "./draft.ts";
import { saveDraft } from "./keep-draft.ts";

@InputType({ description: "What has been typed so far." })
export class SaveDraftInput {
  @Field(() => ID, { description: "The conversation that it is typed in." })
  conversationId!: string;

  @Field(() => String, { description: "At most 100,000 characters; empty to throw it away." })
  text!: string;

  @Field(() => Int, { description: "The version of the draft that was typed on; 0 for none." })
  version!: number;
}

@Resolver(() => Conversation)
export class DraftResolver {
  @FieldResolver(() => Draft, {
    nullable: true,
    description: "What you have begun to write in it and not sent; nobody else sees it.",
  })
  draft(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<Draft | null> {
    return loaders.draft.load(id);
  }

  @Policed(conversationRoles)
  @Mutation(() => Conversation, { description: "Keeps what you have typed so far." })
  saveDraft(
    @Arg("input", () => SaveDraftInput, { description: "What, and where." }) input: SaveDraftInput,
    @Ctx() context: MessagingContext,
  ): Promise<Conversation> {
    return saveDraft(context, input);
  }
}
