import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, Int, ObjectType } from "type-graphql";
import { Person } from "../person/person.ts";

export const MentoringExcessSchema = defineEntity({
  name: "MentoringExcess",
  tableName: "mentoring_excess",
  properties: {
    enrolmentId: p.text().primary(),
    minutes: p.integer(),
    reason: p.text(),
    approvedById: p.text(),
    approvedAt: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "More mentoring than 4 hours, approved for one school." })
export class MentoringExcess extends MentoringExcessSchema.class {
  @Field(() => Int, { description: "How many minutes more." })
  declare minutes: number;

  @Field(() => String, { description: "Why." })
  declare reason: string;

  @Field(() => GraphQLISODateTime, { description: "When it was approved." })
  declare approvedAt: Date;
}
MentoringExcessSchema.setClass(MentoringExcess);

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What one mentor has given the schools of a hub." })
export class MentorTotal {
  @Field(() => Person, { nullable: true, description: "Who gave it." })
  mentor!: Person;

  @Field(() => Int, { description: "How many schools they have mentored." })
  schools!: number;

  @Field(() => Int, { description: "How many minutes." })
  minutes!: number;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "The mentoring that the schools of a hub were given." })
export class HubMentoring {
  @Field(() => Int, { description: "How many minutes." })
  minutes!: number;

  @Field(() => Int, { description: "How many minutes its schools may have: 4 hours each, and what was approved." })
  minutesLimit!: number;

  @Field(() => [MentorTotal], { description: "By whom, the most minutes first." })
  byMentor!: MentorTotal[];
}
