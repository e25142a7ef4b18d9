import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { Policed, type Policy } from "@psqm/subgraph/policy";
import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType } from "type-graphql";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { Person } from "../person/person.ts";

export const MessageSchema = defineEntity({
  name: "Message",
  tableName: "message",
  uniques: [
    { name: "message_in_order", properties: ["conversation", "sequence"] },
    { name: "message_sent_once", properties: ["senderId", "clientKey"] },
  ],
  properties: {
    id: p.text().primary(),
    conversation: () => p.manyToOne(Conversation),
    sequence: p.integer(),
    senderId: p.text(),
    clientKey: p.text(),
    text: p.text(),
    sentAt: p.datetime(3),
    threadId: p.text().nullable(),
    quotedId: p.text().nullable(),
    mentions: p.array(),
    asksAcknowledgement: p.boolean().default(false),
    version: p.integer().default(1),
    change: p.integer().default(0),
    editedAt: p.datetime(3).nullable(),
    deletedAt: p.datetime(3).nullable(),
    erasedAt: p.datetime(3).nullable(),
  },
});

/** A message is seen by whoever sees its conversation, which is therefore always loaded with it. */
const ofItsConversation: Policy<{ conversation: Conversation }> = {
  ...conversationMembers,
  allows: (viewer, { conversation }) => conversationMembers.allows(viewer, conversation),
};

@Policed(ofItsConversation)
@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description:
    "One message of a conversation. Its sender may correct it for 15 minutes, and delete it, which leaves its place.",
})
export class Message extends MessageSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => Conversation, { description: "The conversation that it belongs to." })
  declare conversation: Conversation;

  @Field(() => Int, { description: "Its place in the conversation: 1, 2, 3 … without gap or repeat." })
  declare sequence: number;

  /** The number of its last change among those of its conversation; 0 for none. */
  declare change: Opt<number>;
  declare deletedAt: Opt<Date | null>;
  declare erasedAt: Opt<Date | null>;

  @Field(() => String, {
    name: "text",
    description: "What it says: plain text, lines separated by newlines; empty once it was deleted.",
  })
  shownText(): string {
    return this.deletedAt ? "" : this.text;
  }

  @Field(() => Int, { description: "1, and one more with every correction." })
  declare version: Opt<number>;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was last corrected (UTC)." })
  declare editedAt: Opt<Date | null>;

  @Field(() => Boolean, { description: "Whether its sender has deleted it. Its place stays, its words do not." })
  deleted(): boolean {
    return Boolean(this.deletedAt);
  }

  @Field(() => Boolean, {
    description: "Whether its words were erased because their time was over. Its place stays, `text` is empty.",
  })
  erased(): boolean {
    return Boolean(this.erasedAt);
  }

  @Field(() => [Person], { description: "Whom it mentions." })
  mentioned(): Person[] {
    return this.mentions.map((id) => ({ id }));
  }

  @Field(() => Boolean, { description: "Whether those to whom it was sent are asked to take note of it." })
  declare asksAcknowledgement: Opt<boolean>;

  @Field(() => GraphQLISODateTime, { description: "When it was sent (UTC)." })
  declare sentAt: Date;

  @Field(() => Person, { nullable: true, description: "Who sent it; null for those who may not see them." })
  sender(): Person {
    return { id: this.senderId };
  }

  /** Another state of it: whoever follows the conversation is told so by the number. Only for a holder of its lock. */
  changed(): void {
    this.change = this.conversation.takeChange();
  }
}
MessageSchema.setClass(Message);
