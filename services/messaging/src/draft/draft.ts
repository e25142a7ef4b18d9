import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, Int, ObjectType } from "type-graphql";

export const DraftSchema = defineEntity({
  name: "Draft",
  tableName: "draft",
  properties: {
    conversationId: p.text().primary(),
    personId: p.text().primary(),
    text: p.text(),
    version: p.integer(),
    updatedAt: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What you have begun to write in a conversation and not sent." })
export class Draft extends DraftSchema.class {
  @Field(() => String, { description: "As it was typed, white space and all; empty once it was sent." })
  declare text: string;

  @Field(() => Int, { description: "Give it when you save again, so that two devices do not undo each other." })
  declare version: number;

  @Field(() => GraphQLISODateTime, { description: "When it last changed (UTC)." })
  declare updatedAt: Date;
}
DraftSchema.setClass(Draft);
