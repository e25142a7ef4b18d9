import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import { programmeTeam } from "../hub/hub.policy.ts";
import { Hub } from "../hub/hub.ts";
import type { Loaders } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { planners } from "../session/session.policy.ts";
import { answerEscalation, askAgain, closeEscalation, escalate } from "./escalate.ts";
import { EscalationState } from "./escalation.rules.ts";
import { Escalation, EscalationConnection, visibleEscalations } from "./escalation.ts";

@ArgsType()
export class EscalationsArgs extends PageArgs {
  @Field(() => EscalationState, { nullable: true, description: "Only those in this state." })
  state?: EscalationState | null;
}

@InputType({ description: "A difficulty to tell the programme team of." })
export class EscalateInput {
  @Field(() => ID, { description: "The hub's id." })
  hubId!: string;

  @Field(() => ID, { nullable: true, description: "The enrolment of the school that it is about; none for the hub." })
  enrolmentId?: string | null;

  @Field(() => String, { description: "What is the matter: 1 to 5,000 characters." })
  text!: string;
}

@InputType({ description: "An answer to an escalation." })
export class AnswerEscalationInput {
  @Field(() => ID, { description: "The escalation's id." })
  escalationId!: string;

  @Field(() => String, { description: "The answer: 1 to 5,000 characters." })
  answer!: string;
}

@InputType({ description: "What is still the matter." })
export class AskAgainInput {
  @Field(() => ID, { description: "The escalation's id." })
  escalationId!: string;

  @Field(() => String, { description: "What is still the matter: 1 to 5,000 characters." })
  text!: string;
}

@Resolver(() => Escalation)
export class EscalationResolver {
  @Policed(planners)
  @Query(() => EscalationConnection, {
    description: "Escalations, the latest first: the programme team's all, a hub leader's those of their hubs.",
  })
  escalations(
    @Args(() => EscalationsArgs) { state, ...page }: EscalationsArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<Escalation>> {
    return paginate(em, Escalation, { ...visibleEscalations(viewer), ...(state && { state }) }, page, { id: "desc" });
  }

  @Policed(planners)
  @Mutation(() => Escalation, { description: "Tells the programme team of a difficulty. For the hub's leaders." })
  escalate(
    @Arg("input", () => EscalateInput, { description: "What is the matter, and where." }) input: EscalateInput,
    @Ctx() caller: Context,
  ): Promise<Escalation> {
    return escalate(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Escalation, { description: "Answers an escalation. For the programme team." })
  answerEscalation(
    @Arg("input", () => AnswerEscalationInput, { description: "Which, and the answer." }) input: AnswerEscalationInput,
    @Ctx() caller: Context,
  ): Promise<Escalation> {
    return answerEscalation(caller, input);
  }

  @Policed(planners)
  @Mutation(() => Escalation, { description: "Says that an answer does not help; it waits for another." })
  askAgain(
    @Arg("input", () => AskAgainInput, { description: "Which, and what is still the matter." }) input: AskAgainInput,
    @Ctx() caller: Context,
  ): Promise<Escalation> {
    return askAgain(caller, input);
  }

  @Policed(planners)
  @Mutation(() => Escalation, { description: "Settles an escalation, for good." })
  closeEscalation(
    @Arg("escalationId", () => ID, { description: "Its id." }) escalationId: string,
    @Ctx() caller: Context,
  ): Promise<Escalation> {
    return closeEscalation(caller, escalationId);
  }

  @FieldResolver(() => Hub, { description: "The hub." })
  hub(@Root() { hubId }: Escalation, @Ctx() { loaders }: Context<Loaders>): Promise<Hub | null> {
    return loaders.hub.load(hubId);
  }

  @FieldResolver(() => Enrolment, {
    nullable: true,
    description: "The school's year that it is about; null for the hub.",
  })
  async enrolment(
    @Root() { enrolmentId }: Escalation,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Enrolment | null> {
    return enrolmentId ? loaders.enrolment.load(enrolmentId) : null;
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description: "Who raised it; null where the platform did, because something is late for two weeks.",
  })
  raisedBy(@Root() { raisedById }: Escalation): Person | null {
    return raisedById ? { id: raisedById } : null;
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who answered last; null before." })
  answeredBy(@Root() { answeredById }: Escalation): Person | null {
    return answeredById ? { id: answeredById } : null;
  }
}
