import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, Int, ObjectType } from "type-graphql";
import { CandidacyState } from "./candidacy.rules.ts";

export const CandidacyStepSchema = defineEntity({
  name: "CandidacyStep",
  tableName: "candidacy_step",
  properties: {
    candidacyId: p.string().primary(),
    number: p.integer().primary(),
    state: p.string().$type<CandidacyState>(),
    at: p.datetime(3),
    takenById: p.string().nullable(),
    comment: p.text().nullable(),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What a candidacy became, and when: its history." })
export class CandidacyStep extends CandidacyStepSchema.class {
  declare candidacyId: string;

  @Field(() => Int, { description: "Its place in the history, from 1." })
  declare number: number;

  @Field(() => CandidacyState, { description: "What the candidacy became." })
  declare state: CandidacyState;

  @Field(() => GraphQLISODateTime, { description: "When." })
  declare at: Date;

  /** Null when the platform itself took it, on hearing of a new hub. */
  declare takenById: Opt<string | null>;

  @Field(() => String, {
    nullable: true,
    description: "What the team wrote to the candidate: which evidence is asked for, or why it was declined.",
  })
  declare comment: Opt<string | null>;
}
CandidacyStepSchema.setClass(CandidacyStep);
