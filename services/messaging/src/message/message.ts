import { defineEntity, p } from "@mikro-orm/core";
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
  },
});

/** A message is seen by whoever sees its conversation, which is therefore always loaded with it. */
const ofItsConversation: Policy<{ conversation: Conversation }> = {
  ...conversationMembers,
  allows: (viewer, { conversation }) => conversationMembers.allows(viewer, conversation),
};

@Policed(ofItsConversation)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "One message of a conversation. It never changes." })
export class Message extends MessageSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => Conversation, { description: "The conversation that it belongs to." })
  declare conversation: Conversation;

  @Field(() => Int, { description: "Its place in the conversation: 1, 2, 3 … without gap or repeat." })
  declare sequence: number;

  @Field(() => String, { description: "What it says: plain text, lines separated by newlines." })
  declare text: string;

  @Field(() => GraphQLISODateTime, { description: "When it was sent (UTC)." })
  declare sentAt: Date;

  @Field(() => Person, { nullable: true, description: "Who sent it; null for those who may not see them." })
  sender(): Person {
    return { id: this.senderId };
  }
}
MessageSchema.setClass(Message);
