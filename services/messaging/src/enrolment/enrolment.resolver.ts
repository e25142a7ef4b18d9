import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingContext } from "../loaders.ts";
import { Enrolment } from "./enrolment.ts";

@Resolver(() => Enrolment)
export class EnrolmentResolver {
  @FieldResolver(() => Conversation, {
    nullable: true,
    description: "The messages between the school and its hub; null for whoever has no part in them.",
  })
  conversation(@Root() { id }: Enrolment, @Ctx() { loaders }: MessagingContext): Promise<Conversation | null> {
    return loaders.conversationOfEnrolment.load(id);
  }
}
