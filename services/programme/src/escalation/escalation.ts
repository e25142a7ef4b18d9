import { defineEntity, p } from "@mikro-orm/core";
import { hasRole, leadsHub, Role, type Viewer } from "@psqm/identity/viewer";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed, type Policy } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from "type-graphql";
import { EscalationState } from "./escalation.rules.ts";

registerEnumType(EscalationState, {
  name: "EscalationState",
  description: "Where an escalation stands.",
  valuesConfig: {
    Open: { description: "It waits for the programme team's answer." },
    Answered: { description: "The programme team has answered." },
    Closed: { description: "It is settled." },
  },
});

/** What is difficult with a school concerns neither the school's people nor mentors: leader and programme team alone. */
export const escalationVisible: Policy<{ hubId: string }> = {
  name: "escalation-visible",
  who: "the leaders of the hub and the programme team",
  allows: (viewer, { hubId }) => hasRole(viewer, Role.ProgrammeTeam) || leadsHub(viewer, hubId),
};

/** The same rule as {@link escalationVisible}, for lists. */
export function visibleEscalations(viewer: Viewer) {
  return hasRole(viewer, Role.ProgrammeTeam) ? {} : { hubId: { $in: viewer.hubsLed } };
}

export const EscalationSchema = defineEntity({
  name: "Escalation",
  tableName: "escalation",
  properties: {
    id: p.text().primary(),
    hubId: p.text(),
    enrolmentId: p.text().nullable(),
    state: p.text().$type<EscalationState>(),
    text: p.text(),
    /** Null for one that the platform has raised. */
    raisedById: p.text().nullable(),
    /** What the platform has raised it about: once. */
    about: p.text().nullable(),
    raisedAt: p.datetime(3),
    answer: p.text().nullable(),
    answeredById: p.text().nullable(),
    answeredAt: p.datetime(3).nullable(),
    closedAt: p.datetime(3).nullable(),
  },
});

@Policed(escalationVisible)
@ObjectType({
  simpleResolvers: true,
  description: "A difficulty that a hub leader cannot resolve, told to the programme team.",
})
export class Escalation extends EscalationSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => EscalationState, { description: "Where it stands." })
  declare state: EscalationState;

  @Field(() => String, { description: "What is the matter; what was asked again is added to it." })
  declare text: string;

  @Field(() => GraphQLISODateTime, { description: "When it was raised." })
  declare raisedAt: Date;

  @Field(() => String, { nullable: true, description: "The programme team's latest answer; null before." })
  declare answer: string | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was answered; null before." })
  declare answeredAt: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When it was settled; null before." })
  declare closedAt: Date | null;
}
EscalationSchema.setClass(Escalation);

export const EscalationConnection = connectionOf("Escalation", () => Escalation);
