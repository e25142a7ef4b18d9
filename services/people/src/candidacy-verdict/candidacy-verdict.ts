import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { hasRole, Role, type Viewer } from "@psqm/identity/viewer";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, Int, ObjectType, registerEnumType } from "type-graphql";
import type { Candidacy } from "../candidacy/candidacy.ts";
import { CriterionVerdict } from "./candidacy-verdict.rules.ts";

registerEnumType(CriterionVerdict, {
  name: "CriterionVerdict",
  description: "What the programme team finds about one criterion of a candidacy.",
  valuesConfig: {
    Met: { description: "The evidence shows it." },
    MoreEvidence: { description: "The evidence does not show it yet." },
    NotMet: { description: "The candidate does not have it." },
  },
});

export const CandidacyVerdictSchema = defineEntity({
  name: "CandidacyVerdict",
  tableName: "candidacy_verdict",
  properties: {
    candidacyId: p.string().primary(),
    criterion: p.string().primary(),
    verdict: p.string().$type<CriterionVerdict>(),
    comment: p.text().nullable(),
    version: p.integer(),
    givenById: p.string(),
    givenAt: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What the programme team finds about one criterion of a candidacy." })
export class CandidacyVerdict extends CandidacyVerdictSchema.class {
  declare candidacyId: string;

  @Field(() => String, { description: "The code of the criterion, e.g. `LED_CPD`." })
  declare criterion: string;

  @Field(() => CriterionVerdict, { description: "What was found." })
  declare verdict: CriterionVerdict;

  @Field(() => String, { nullable: true, description: "Why, for the candidate to read." })
  declare comment: Opt<string | null>;

  @Field(() => Int, { description: "Rises with every change, from 1. Send it with the next change." })
  declare version: number;

  declare givenById: string;

  @Field(() => GraphQLISODateTime, { description: "When it was given or last changed." })
  declare givenAt: Date;
}
CandidacyVerdictSchema.setClass(CandidacyVerdict);

/**
 * The verdicts of a candidacy that the viewer may read: the programme team all, the candidate those that stood when the
 * team last told them something, and none on which the team is still at work. Nobody reads verdicts on themselves early.
 */
export function verdictsShown(
  viewer: Viewer,
  candidacy: Candidacy,
  verdicts: readonly CandidacyVerdict[],
): CandidacyVerdict[] {
  if (hasRole(viewer, Role.ProgrammeTeam) && viewer.personId !== candidacy.personId) return [...verdicts];
  const { answeredAt } = candidacy;
  return verdicts.filter(({ givenAt }) => answeredAt !== null && givenAt <= answeredAt);
}
