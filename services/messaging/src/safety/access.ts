import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, Int, ObjectType } from "type-graphql";
import { Conversation } from "../conversation/conversation.ts";
import { Person } from "../person/person.ts";
import { accessWitnesses } from "./safety.policy.ts";

export const AccessSchema = defineEntity({
  name: "Access",
  tableName: "access",
  properties: {
    id: p.text().primary(),
    conversation: () => p.manyToOne(Conversation),
    openedBy: p.text(),
    reason: p.text(),
    openedAt: p.datetime(3),
    until: p.datetime(3),
  },
});

@Policed(accessWitnesses)
@ObjectType("ConversationAccess", {
  simpleResolvers: true,
  description: "That somebody of the programme team has read a conversation, and why. It is seen by all who take part.",
})
export class Access extends AccessSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => String, { description: "Why, in the words of who opened it." })
  declare reason: string;

  @Field(() => GraphQLISODateTime, { description: "When (UTC)." })
  declare openedAt: Date;

  @Field(() => GraphQLISODateTime, { description: "Until when it can be read by it (UTC)." })
  declare until: Date;

  @Field(() => Person, { nullable: true, description: "Who; null for those who may not see them." })
  reader(): Person {
    return { id: this.openedBy };
  }
}
AccessSchema.setClass(Access);

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "A message as the programme team reads it, words of deleted ones too.",
})
export class TranscriptLine {
  readonly senderId: string;

  @Field(() => ID, { description: "The message's id." })
  messageId: string;

  @Field(() => Int, { description: "Its place in the conversation." })
  sequence: number;

  @Field(() => String, { description: "What it says, or said before it was deleted." })
  text: string;

  @Field(() => GraphQLISODateTime, { description: "When it was sent (UTC)." })
  sentAt: Date;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was last corrected (UTC)." })
  editedAt: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was deleted (UTC)." })
  deletedAt: Date | null;

  @Field(() => [String], { description: "What it said before its corrections, the oldest first." })
  earlier: string[];

  constructor(line: Omit<TranscriptLine, "sender">) {
    this.messageId = line.messageId;
    this.sequence = line.sequence;
    this.senderId = line.senderId;
    this.text = line.text;
    this.sentAt = line.sentAt;
    this.editedAt = line.editedAt;
    this.deletedAt = line.deletedAt;
    this.earlier = line.earlier;
  }

  @Field(() => Person, { nullable: true, description: "Who sent it; null for those who may not see them." })
  sender(): Person {
    return { id: this.senderId };
  }
}
