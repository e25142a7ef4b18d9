import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Contact } from "../contact/contact.ts";
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

  @FieldResolver(() => Contact, {
    nullable: true,
    description:
      "How the school and its hub keep in touch; for the leaders and mentors of the hub and the programme team, null for others.",
  })
  contact(@Root() { id }: Enrolment, @Ctx() { loaders }: MessagingContext): Promise<Contact | null> {
    return loaders.contact.load(id);
  }
}
