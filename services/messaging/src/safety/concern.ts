import { defineEntity, p } from "@mikro-orm/core";
import { Policed } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType } from "type-graphql";
import { Person } from "../person/person.ts";
import { concernParties } from "./safety.policy.ts";

export const ConcernSchema = defineEntity({
  name: "Concern",
  tableName: "concern",
  properties: {
    id: p.text().primary(),
    conversationId: p.text(),
    messageId: p.text().nullable(),
    reportedBy: p.text(),
    text: p.text(),
    reportedAt: p.datetime(3),
    closedAt: p.datetime(3).nullable(),
    outcome: p.text().nullable(),
  },
});

@Policed(concernParties)
@ObjectType({
  simpleResolvers: true,
  description: "What somebody in a conversation is worried about, told to the programme team and to nobody else.",
})
export class Concern extends ConcernSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => ID, { description: "The conversation that it is about." })
  declare conversationId: string;

  @Field(() => ID, { nullable: true, description: "The message that it is about, if it is about one." })
  declare messageId: string | null;

  @Field(() => String, { description: "What the worry is, in the words of who reports it." })
  declare text: string;

  @Field(() => GraphQLISODateTime, { description: "When it was reported (UTC)." })
  declare reportedAt: Date;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When the programme team was done with it (UTC)." })
  declare closedAt: Date | null;

  @Field(() => String, { nullable: true, description: "What came of it, for who reported it." })
  declare outcome: string | null;

  @Field(() => Person, { nullable: true, description: "Who reported it; null for those who may not see them." })
  reporter(): Person {
    return { id: this.reportedBy };
  }
}
ConcernSchema.setClass(Concern);
