import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, Int, ObjectType } from "type-graphql";

export const ReflectionSchema = defineEntity({
  name: "Reflection",
  tableName: "reflection",
  properties: {
    id: p.string().primary(),
    assessmentId: p.string(),
    criterion: p.string(),
    text: p.string(),
    version: p.integer(),
    updatedAt: p.datetime(3),
    updatedById: p.string(),
  },
});

/** What a school says about one criterion, as it stands now; reachable only through an assessment or by writing it. */
@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What a school says about one criterion, as it stands now." })
export class Reflection extends ReflectionSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => String, { description: "The code of the criterion it is about." })
  declare criterion: string;

  @Field(() => String, { description: "What it says." })
  declare text: string;

  @Field(() => Int, { description: "Rises with every change, from 1. Send it with the next change." })
  declare version: number;

  @Field(() => GraphQLISODateTime, { description: "When it was last changed." })
  declare updatedAt: Date;
}
ReflectionSchema.setClass(Reflection);

/** Every text a reflection has had, so that nothing written is lost. */
export const ReflectionVersionSchema = defineEntity({
  name: "ReflectionVersion",
  tableName: "reflection_version",
  properties: {
    reflectionId: p.string().primary(),
    version: p.integer().primary(),
    text: p.string(),
    writtenAt: p.datetime(3),
    writtenById: p.string(),
  },
});
export class ReflectionVersion extends ReflectionVersionSchema.class {}
ReflectionVersionSchema.setClass(ReflectionVersion);
