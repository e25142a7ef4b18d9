import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, ID, Int, ObjectType } from "type-graphql";

export const CandidacyEvidenceSchema = defineEntity({
  name: "CandidacyEvidence",
  tableName: "candidacy_evidence",
  properties: {
    id: p.string().primary(),
    candidacyId: p.string(),
    criterion: p.string(),
    kind: p.string(),
    text: p.text(),
    startedOn: p.date().nullable(),
    endedOn: p.date().nullable(),
    referee: p.text().nullable(),
    version: p.integer(),
    updatedAt: p.datetime(3),
  },
});

/** Reachable only through its candidacy, or by writing it. */
@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "One thing that a candidate shows for a criterion, as it stands now.",
})
export class CandidacyEvidence extends CandidacyEvidenceSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare candidacyId: string;

  @Field(() => String, { description: "The code of the criterion that it is for, e.g. `LED_CPD`." })
  declare criterion: string;

  @Field(() => String, { description: "One of the criterion's kinds of evidence, e.g. `SCIENCE_WEEK` or `OTHER`." })
  declare kind: string;

  @Field(() => String, { description: "What was done, and what came of it." })
  declare text: string;

  @Field(() => DayScalar, { nullable: true, description: "The day it was, or began." })
  declare startedOn: Opt<Day | null>;

  @Field(() => DayScalar, { nullable: true, description: "The day it ended; null if it was one day, or lasts." })
  declare endedOn: Opt<Day | null>;

  @Field(() => String, { nullable: true, description: "Who can speak for it, and how to reach them." })
  declare referee: Opt<string | null>;

  @Field(() => Int, { description: "Rises with every change, from 1. Send it with the next change." })
  declare version: number;

  @Field(() => GraphQLISODateTime, { description: "When it was last changed." })
  declare updatedAt: Date;
}
CandidacyEvidenceSchema.setClass(CandidacyEvidence);

/** Every text that a piece of evidence has had, so that nothing written is lost. */
export const CandidacyEvidenceVersionSchema = defineEntity({
  name: "CandidacyEvidenceVersion",
  tableName: "candidacy_evidence_version",
  properties: {
    evidenceId: p.string().primary(),
    version: p.integer().primary(),
    kind: p.string(),
    text: p.text(),
    startedOn: p.date().nullable(),
    endedOn: p.date().nullable(),
    referee: p.text().nullable(),
    writtenAt: p.datetime(3),
  },
});
export class CandidacyEvidenceVersion extends CandidacyEvidenceVersionSchema.class {}
CandidacyEvidenceVersionSchema.setClass(CandidacyEvidenceVersion);
