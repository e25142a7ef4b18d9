import { defineEntity, p } from "@mikro-orm/core";
import { assertTransition } from "@psqm/refusal/transitions";
import { Policed } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from "type-graphql";
import { candidacyPolicy } from "./candidacy.policy.ts";
import { CandidacyState, candidacyTransitions } from "./candidacy.rules.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";

registerEnumType(CandidacyKind, {
  name: "CandidacyKind",
  description: "What one applies to be.",
  valuesConfig: {
    HubLeader: { description: "Leader of a hub." },
    Mentor: { description: "Mentor of a hub's schools." },
  },
});

registerEnumType(CandidacyState, {
  name: "CandidacyState",
  description: "How far an application has come.",
  valuesConfig: {
    Submitted: { description: "With the programme team." },
    Appointed: { description: "Ended by an appointment as what was applied for." },
  },
});

export const CandidacySchema = defineEntity({
  name: "Candidacy",
  tableName: "candidacy",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    kind: p.string().$type<CandidacyKind>(),
    state: p.string().$type<CandidacyState>(),
    statement: p.text(),
    submittedAt: p.datetime(3),
  },
});

@Policed(candidacyPolicy)
@ObjectType({
  simpleResolvers: true,
  description: "An application to be hub leader or mentor. Seen by the candidate and the programme team.",
})
export class Candidacy extends CandidacySchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare personId: string;

  @Field(() => CandidacyKind, { description: "What was applied for." })
  declare kind: CandidacyKind;

  @Field(() => CandidacyState, { description: "How far it has come." })
  declare state: CandidacyState;

  @Field(() => String, { description: "Why the candidate thinks they are the one." })
  declare statement: string;

  @Field(() => GraphQLISODateTime, { description: "When it was handed in." })
  declare submittedAt: Date;

  appoint(): void {
    assertTransition("candidacy", candidacyTransitions, this.state, CandidacyState.Appointed);
    this.state = CandidacyState.Appointed;
  }
}
CandidacySchema.setClass(Candidacy);
