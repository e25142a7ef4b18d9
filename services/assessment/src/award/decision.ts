import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ObjectType } from "type-graphql";
import { Mark } from "../framework/framework.rules.ts";

export const DecisionSchema = defineEntity({
  name: "Decision",
  tableName: "decision",
  properties: {
    submissionId: p.string().primary(),
    mark: p.enum(() => Mark).nullable(),
    feedback: p.string(),
    decidedAt: p.datetime(3),
    decidedById: p.string(),
  },
});

/** What the programme team made of a submission: a mark, or not yet. */
@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What the programme team made of a submission." })
export class Decision extends DecisionSchema.class {
  @Field(() => Mark, { nullable: true, description: "The mark awarded; null for not yet." })
  declare mark: Mark | null | undefined;

  @Field(() => String, { description: "What the programme team says to the school." })
  declare feedback: string;

  @Field(() => GraphQLISODateTime, { description: "When it was decided." })
  declare decidedAt: Date;
}
DecisionSchema.setClass(Decision);
